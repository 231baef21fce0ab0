import { setTimeout as sleep } from 'node:timers/promises';

import * as z from 'zod';

import { problemSchema, runAnswerSchema, runEventSchema, usageSchema, type RunEvent } from '../core/events.ts';
import { HostError } from './errors.ts';
import { serverSentEvents } from './serverSentEvents.ts';

export const runStandings = ['running', 'succeeded', 'failed', 'cancelled'] as const;

const summarySchema = z.object({
  id: z.string(),
  workflow: z.string(),
  status: z.enum(runStandings),
  version: z.string().nullable(),
  created_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  retry_of: z.string().nullable(),
});
/** A durable run as a service lists it. */
export type RunSummary = z.output<typeof summarySchema>;

const stepSchema = z.object({
  step: z.string(),
  status: z.string(),
  code: z.string().optional(),
  attempts: z.int().optional(),
  repeated: z.string().optional(),
  began_at: z.string().optional(),
  ended_at: z.string().optional(),
  usage: usageSchema.optional(),
});

const runSchema = summarySchema.extend({
  usage: usageSchema,
  steps: z.array(stepSchema),
  result: runAnswerSchema.optional(),
  problem: problemSchema.optional(),
});
/** A durable run with its steps. */
export type DurableRun = z.output<typeof runSchema>;

/** Which runs to list. */
export interface RunFilter {
  readonly workflow?: string | undefined;
  readonly status?: string | undefined;
  readonly since?: Date | undefined;
  readonly limit?: number | undefined;
}

const reconnectMs = 500;

/** The durable runs of a service, over HTTP. Whatever it refuses is a HostError with its own words. */
export class DurableRuns {
  readonly #url: URL;
  readonly #token: string | undefined;
  readonly #signal: AbortSignal;

  constructor(url: URL, token: string | undefined, signal: AbortSignal) {
    this.#url = url;
    this.#token = token;
    this.#signal = signal;
  }

  async list({ workflow, status, since, limit }: RunFilter): Promise<readonly RunSummary[]> {
    const query = new URLSearchParams();
    const given = { workflow, status, since: since?.toISOString(), limit: limit?.toString() };
    for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, value);
    const answer = await this.#ask('GET', `/runs?${query.toString()}`);
    return z.object({ runs: z.array(summarySchema) }).parse(answer).runs;
  }

  async show(id: string): Promise<DurableRun> {
    return runSchema.parse(await this.#ask('GET', pathOf(id)));
  }

  async cancel(id: string): Promise<RunSummary> {
    return summarySchema.parse(await this.#ask('DELETE', pathOf(id)));
  }

  /** Begins a run that failed or was cancelled anew, where it failed. */
  async retry(id: string): Promise<RunSummary> {
    return summarySchema.parse(await this.#ask('POST', `${pathOf(id)}/retry`));
  }

  /** The events of a run from its beginning to its end, over as many connections as it takes. */
  async *follow(id: string): AsyncGenerator<RunEvent> {
    let last: string | undefined;
    for (;;) {
      try {
        const response = await this.#send('GET', `${pathOf(id)}/events`, last);
        if (response.body !== null) {
          for await (const { event, data, id: eventId } of serverSentEvents(response.body)) {
            last = eventId ?? last;
            const runEvent = runEventSchema.parse({ event, data: JSON.parse(data) });
            yield runEvent;
            if (runEvent.event === 'done' || runEvent.event === 'error') return;
          }
        }
      } catch (error) {
        // The service may be on its way back; one that has never answered is not waited for.
        if (this.#signal.aborted || last === undefined) throw error;
        if (!(error instanceof TypeError) && !(error instanceof HostError)) throw error;
      }
      await sleep(reconnectMs, undefined, { signal: this.#signal });
    }
  }

  async #ask(method: string, path: string): Promise<unknown> {
    return (await this.#send(method, path)).json();
  }

  async #send(method: string, path: string, lastEventId?: string): Promise<Response> {
    const headers = new Headers();
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#url), { method, headers, signal: this.#signal });
    } catch (error) {
      // fetch throws a TypeError when a connection fails.
      if (!(error instanceof TypeError)) throw error;
      throw new HostError(
        'service_failed',
        `No service answers at ${this.#url.origin}.`,
        'Start it, or say where it is with --url.',
        { cause: error },
      );
    }
    if (response.ok) return response;
    const { data } = problemSchema.safeParse(await response.json().catch(() => undefined));
    throw new HostError(
      'service_failed',
      data?.detail ?? `${this.#url.origin} answered with status ${response.status}.`,
      data?.hint ?? 'Only services with durable workflows have runs; see --url.',
    );
  }
}

function pathOf(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}
