import type { DurableRun } from '../../../core/durableRuns.ts';
import { DurableRuns } from '../../../host/durableRuns.ts';
import { DurableService } from '../../../host/durableService.ts';
import { HostError } from '../../../host/errors.ts';
import type { DurablePlace, Followed, ShownDurable } from '../../protocol/index.ts';
import type { Handlers } from '../handlers.ts';
import { maskOf, type Mask } from '../runs/secrets.ts';
import { followed } from './following.ts';
import { KnownServices } from './knownServices.ts';

export type DurableRoute =
  | 'services'
  | 'addService'
  | 'forgetService'
  | 'durableRuns'
  | 'durableRun'
  | 'cancelDurable'
  | 'retryDurable'
  | 'decide';

interface DurableParts {
  readonly env: NodeJS.ProcessEnv;
  /** Aborted when the Studio ends. */
  readonly signal: AbortSignal;
}

/** What the pages see of durable runs that services elsewhere keep. */
export interface Durable {
  readonly handlers: Pick<Handlers, DurableRoute>;
  /** The events of a run, for as long as the signal lets them come. */
  follow(place: DurablePlace, signal: AbortSignal): AsyncGenerator<Followed>;
}

const hint = 'Is it running, and is this its address?';

export function createDurable({ env, signal: ends }: DurableParts): Durable {
  const known = new KnownServices(env);
  const reach = (id: string, signal = ends): { readonly runs: DurableRuns; readonly mask: Mask } => {
    const { address, token } = known.find(id);
    const service = new DurableService({ url: new URL(address), token, signal, hint });
    // A service may say back what it was sent.
    return { runs: new DurableRuns(service), mask: maskOf({ ...env, RUNS_TOKEN: token }) };
  };
  const ask = async <Answer>(id: string, question: (runs: DurableRuns) => Promise<Answer>): Promise<Answer> => {
    const { runs, mask } = reach(id);
    try {
      return mask.json(await question(runs));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      throw new HostError(error.code, mask.text(error.message), mask.text(error.hint), { cause: error });
    }
  };
  return {
    handlers: {
      services: async () => Promise.resolve({ services: [...known.list()] }),
      addService: async ({ address, token }) => Promise.resolve(known.add(address, token)),
      async forgetService({ service }) {
        known.forget(service);
        return Promise.resolve({});
      },
      durableRuns: async ({ service, since, ...filter }) =>
        ask(service, async (runs) => {
          const after = since === undefined ? undefined : new Date(since);
          return { runs: [...(await runs.list({ ...filter, since: after }))] };
        }),
      durableRun: async ({ service, run }) => ask(service, async (runs) => shownRun(runs, run)),
      cancelDurable: async ({ service, run }) => ask(service, async (runs) => runs.cancel(run)),
      retryDurable: async ({ service, run }) => ask(service, async (runs) => runs.retry(run)),
      decide: async ({ service, run, step, ...decision }) =>
        ask(service, async (runs) => {
          await runs.decide(run, step, decision);
          return {};
        }),
    },
    follow({ service, run }, signal) {
      const { runs, mask } = reach(service, AbortSignal.any([ends, signal]));
      return followed(runs, run, mask);
    },
  };
}

async function shownRun(runs: DurableRuns, id: string): Promise<ShownDurable> {
  const run = await runs.show(id);
  if (!asksSomebody(run)) return { run, approvals: [] };
  try {
    return { run, approvals: [...(await runs.approvals(id))] };
  } catch (error) {
    // Who may see a run may not always decide what it asks.
    if (!(error instanceof HostError) || error.code !== 'service_refused') throw error;
    return { run, approvals: [], whyNoApprovals: `${error.message} ${error.hint}` };
  }
}

function asksSomebody({ steps }: DurableRun): boolean {
  return steps.some(({ status, waits_for: what }) => status === 'waiting' && what === 'approval');
}
