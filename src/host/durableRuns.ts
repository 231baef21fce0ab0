import { setTimeout as sleep } from 'node:timers/promises';

import * as z from 'zod';

import {
  durableRunSchema,
  durableSummarySchema,
  openApprovalSchema,
  type DurableRun,
  type DurableSummary,
  type OpenApproval,
} from '../core/durableRuns.ts';
import { runEventSchema, runEventSchemas, type RunEvent } from '../core/events.ts';
import type { DurableService } from './durableService.ts';
import { HostError, UsageError } from './errors.ts';
import { jsonOf } from './jsonText.ts';
import { serverSentEvents } from './serverSentEvents.ts';

/** What somebody decides. */
export interface Decision {
  readonly approved: boolean;
  readonly by?: string | undefined;
  readonly comment?: string | undefined;
  readonly values?: unknown;
}

/** Which runs to list. */
export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly status?: string | undefined;
  readonly waitsFor?: string | undefined;
  readonly since?: Date | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** What is told to who follows a run. */
type Watched =
  | { readonly kind: 'event'; readonly event: RunEvent }
  | { readonly kind: 'away'; readonly why: HostError }
  | { readonly kind: 'back' };

const reconnectMs = 500;

/** The durable runs of a service. Whatever it refuses is a HostError with its own words. */
export class DurableRuns {
  readonly #service: DurableService;

  constructor(service: DurableService) {
    this.#service = service;
  }

  async list({ workflow, status, waitsFor, since, limit, offset }: RunFilter): Promise<readonly DurableSummary[]> {
    const query = new URLSearchParams();
    const numbers = { limit: limit?.toString(), offset: offset?.toString() };
    const given = { workflow, status, waits_for: waitsFor, since: since?.toISOString(), ...numbers };
    for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
    const schema = z.object({ runs: z.array(durableSummarySchema) });
    return (await this.#service.ask(schema, 'GET', `/runs?${query.toString()}`)).runs;
  }

  async show(id: string): Promise<DurableRun> {
    return this.#service.ask(durableRunSchema, 'GET', pathOf(id));
  }

  async cancel(id: string): Promise<DurableSummary> {
    return this.#service.ask(durableSummarySchema, 'DELETE', pathOf(id));
  }

  /** Begins a run that failed or was cancelled anew, where it failed. */
  async retry(id: string): Promise<DurableSummary> {
    return this.#service.ask(durableSummarySchema, 'POST', `${pathOf(id)}/retry`);
  }

  /** Deletes runs that ended before a time; how many. */
  async delete(before: Date): Promise<number> {
    const query = new URLSearchParams({ before: before.toISOString() });
    let total = 0;
    for (;;) {
      const schema = z.object({ deleted: z.int() });
      const { deleted } = await this.#service.ask(schema, 'DELETE', `/runs?${query.toString()}`);
      if (deleted === 0) return total;
      total += deleted;
    }
  }

  /** What a run asks people, and nobody has decided. */
  async approvals(id: string): Promise<readonly OpenApproval[]> {
    const schema = z.object({ approvals: z.array(openApprovalSchema) });
    return (await this.#service.ask(schema, 'GET', `${pathOf(id)}/approvals`)).approvals;
  }

  /** Decides what a step of a run asks. */
  async decide(id: string, step: string, decision: Decision): Promise<void> {
    await this.#service.ask(z.unknown(), 'POST', `${pathOf(id)}/approvals/${encodeURIComponent(step)}`, decision);
  }

  /** The runs of a queue that have failed for good. */
  async dead(queue: string): Promise<readonly DurableSummary[]> {
    const schema = z.object({ dead: z.array(durableSummarySchema) });
    return (await ofQueue(queue, this.#service.ask(schema, 'GET', `/queues/${segmentOf(queue)}/dead`))).dead;
  }

  /** Puts such a run into its queue again. */
  async resend(queue: string, id: string): Promise<DurableSummary> {
    const path = `/queues/${segmentOf(queue)}/dead/${segmentOf(id)}/resend`;
    return ofQueue(queue, this.#service.ask(durableSummarySchema, 'POST', path));
  }

  /** The events of a run from its beginning to its end, over as many connections as it takes. */
  async *follow(id: string): AsyncGenerator<RunEvent> {
    for await (const watched of this.watch(id)) if (watched.kind === 'event') yield watched.event;
  }

  /** As `follow`, and each time that the service goes away and is back. */
  async *watch(id: string): AsyncGenerator<Watched> {
    let last: string | undefined;
    let isAway = false;
    for (;;) {
      try {
        const body = await this.#service.events(`${pathOf(id)}/events`, last);
        if (isAway) yield { kind: 'back' };
        isAway = false;
        if (body === undefined) return;
        for await (const { event, data, id: eventId } of serverSentEvents(body)) {
          last = eventId ?? last;
          const runEvent = eventOf(event, data);
          if (runEvent === undefined) continue;
          yield { kind: 'event', event: runEvent };
          if (runEvent.event === 'done' || runEvent.event === 'error') return;
        }
      } catch (error) {
        // The service may be on its way back; one that has never answered is not waited for.
        if (this.#service.signal.aborted || last === undefined) throw error;
        if (error instanceof HostError && error.code === 'service_unreachable') {
          if (!isAway) yield { kind: 'away', why: error };
          isAway = true;
          // fetch throws a TypeError when a connection breaks.
        } else if (!(error instanceof TypeError)) throw error;
      }
      await sleep(reconnectMs, undefined, { signal: this.#service.signal });
    }
  }
}

/** An event of a run; undefined for a kind that only later versions know. */
function eventOf(event: string, data: string): RunEvent | undefined {
  if (!Object.hasOwn(runEventSchemas, event)) return undefined;
  const read = runEventSchema.safeParse({ event, data: jsonOf(data) });
  if (read.success) return read.data;
  throw new HostError(
    'service_failed',
    `The service sent an event \`${event}\` that is none of a run.`,
    'It may be of another version of Catalyst: build it anew.',
  );
}

function pathOf(id: string): string {
  return `/runs/${segmentOf(id)}`;
}

/** A name as one part of a path. */
function segmentOf(name: string): string {
  if (/^\.{0,2}$/u.test(name)) throw new UsageError(`\`${name}\` is no id.`, 'Take one from the list.');
  return encodeURIComponent(name);
}

/** What is answered about a queue: of one that is not there, a service says no more than that the path is none. */
async function ofQueue<Answered>(queue: string, asking: Promise<Answered>): Promise<Answered> {
  try {
    return await asking;
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== 'not_durable') throw error;
    const hint = 'Compare it with `queue` of the queueConsumer nodes, and the address with that of the service.';
    throw new HostError('not_durable', `The service has no queue ${queue}.`, hint, { cause: error });
  }
}
