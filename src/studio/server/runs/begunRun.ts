import type { OpenApproval } from '../../../core/durableRuns.ts';
import type { RunEvent } from '../../../core/events.ts';
import { DurableRuns, type Decision } from '../../../host/durableRuns.ts';
import { DurableService } from '../../../host/durableService.ts';
import { runsToken } from '../../../host/keptRuns.ts';

const cancelMs = 5_000;
const mostListed = 20;
/** The ids of durable runs that the Studio's runs have begun. */
const known = new Set<string>();

/** The durable run that a request begins: it goes on without its caller, who asks for it by its id. */
export class BegunRun {
  readonly #url: URL;
  readonly #token: string;
  readonly #asked = Date.now();
  #id: string | undefined;

  /** @param env of the service */
  constructor(url: string, env: NodeJS.ProcessEnv) {
    this.#url = new URL(url);
    this.#token = runsToken(env);
  }

  /** Takes the id from the head of an answer, whether it is the result, a link to it, or a stream. */
  learn(headers: Headers): void {
    const place = headers.get('location') ?? headers.get('content-location') ?? '';
    this.#id ??= /^\/runs\/([^/]+)(?:\/events)?$/u.exec(place)?.[1];
    if (this.#id !== undefined) known.add(this.#id);
  }

  /**
   * Looks for the id where no answer says it, as that to a webhook; gives whether it is known now. It is the run that has begun since,
   * if there is only one that is not another's.
   */
  async find(signal: AbortSignal): Promise<boolean> {
    if (this.#id === undefined) {
      // Services keep some times to the second.
      const since = new Date(Math.floor(this.#asked / 1000) * 1000);
      const begun = await this.#runs(signal).list({ since, limit: mostListed });
      const [only, another] = begun.filter(({ id }) => !known.has(id));
      if (another === undefined) this.#id = only?.id;
      if (this.#id !== undefined) known.add(this.#id);
    }
    return this.#id !== undefined;
  }

  /** Its events from the beginning; none where it is not known which run it is. */
  async *events(signal: AbortSignal): AsyncGenerator<RunEvent> {
    if (this.#id !== undefined) yield* this.#runs(signal).follow(this.#id);
  }

  /** Ends it: hanging up does not. One that has not said its id yet is known where no other goes on. */
  async cancel(): Promise<void> {
    const runs = this.#runs(AbortSignal.timeout(cancelMs));
    const [only, another] =
      this.#id === undefined ? await runs.list({ status: 'running', limit: 2 }) : [{ id: this.#id }];
    if (only !== undefined && another === undefined) await runs.cancel(only.id);
  }

  /** What it asks people, and nobody has decided. */
  async approvals(signal: AbortSignal): Promise<readonly OpenApproval[]> {
    return this.#id === undefined ? [] : this.#runs(signal).approvals(this.#id);
  }

  async decide(step: string, decision: Decision, signal: AbortSignal): Promise<void> {
    if (this.#id !== undefined) await this.#runs(signal).decide(this.#id, step, decision);
  }

  #runs(signal: AbortSignal): DurableRuns {
    const hint = 'The service of this run has ended; run the workflow again.';
    return new DurableRuns(new DurableService({ url: this.#url, token: this.#token, signal, hint }));
  }
}
