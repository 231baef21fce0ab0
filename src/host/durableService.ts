import * as z from 'zod';

import { problemSchema } from '../core/events.ts';
import { HostError, UsageError } from './errors.ts';
import { jsonOf } from './jsonText.ts';

/** A run with all its steps and its result is far below that. */
const mostBytes = 32_000_000;
const longestWords = 2_000;
const answerMs = 30_000;

export interface DurableServiceOptions {
  /** Where it is; a path stands before those of its routes. */
  readonly url: URL;
  /** Its RUNS_TOKEN, or what else it knows its callers by. It goes to this address and to no other. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  /** How to name another service, for who typed this one. */
  readonly hint?: string;
}

interface Sent {
  readonly lastEventId?: string | undefined;
  readonly body?: object;
}

/** The address of a service that a person has typed. Throws a UsageError for what is none. */
export function serviceAddress(text: string, hint: string): URL {
  const url = URL.parse(text.trim());
  if (url === null || !/^https?:$/u.test(url.protocol))
    throw new UsageError(`${text} is no address of a service.`, hint);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError('The address of a service has no user, no question mark and no #.', hint);
  return url;
}

/** A service with durable runs, as it is asked over HTTP. Whatever it refuses is a HostError with its own words. */
export class DurableService {
  readonly signal: AbortSignal;
  readonly #url: URL;
  readonly #token: string | undefined;
  readonly #hint: string;

  constructor({ url, token, signal, hint = 'Start it, or say where it is with --url.' }: DurableServiceOptions) {
    this.#url = url;
    this.#token = token;
    this.signal = signal;
    this.#hint = hint;
  }

  /** Asks for something that fits a schema. */
  async ask<Answer>(schema: z.ZodType<Answer>, method: string, path: string, body?: object): Promise<Answer> {
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(answerMs)]);
    const response = await this.#send(method, path, signal, body === undefined ? {} : { body });
    const { data } = schema.safeParse(jsonOf(await this.#textOf(response)));
    if (data === undefined) throw this.#isNoService();
    return data;
  }

  /** Opens the events behind one that is known; undefined when there are none. */
  async events(path: string, lastEventId: string | undefined): Promise<ReadableStream<Uint8Array> | undefined> {
    const response = await this.#send('GET', path, this.signal, { lastEventId });
    if (response.status === 204 || response.body === null) return undefined;
    if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) return response.body;
    await response.body.cancel();
    throw this.#isNoService();
  }

  async #send(method: string, path: string, signal: AbortSignal, { lastEventId, body }: Sent): Promise<Response> {
    const headers = new Headers();
    if (this.#token !== undefined) headers.set('authorization', `Bearer ${this.#token}`);
    if (lastEventId !== undefined) headers.set('last-event-id', lastEventId);
    if (body !== undefined) headers.set('content-type', 'application/json');
    const response = await this.#reached(async () =>
      fetch(new URL(this.#url.pathname.replace(/\/$/u, '') + path, this.#url), {
        method,
        headers,
        signal,
        // The token is for this service alone.
        redirect: 'manual',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    if (response.ok) return response;
    throw await this.#refusal(response);
  }

  async #textOf(response: Response): Promise<string> {
    return this.#reached(async () => {
      const decoder = new TextDecoder();
      let [text, size] = ['', 0];
      for await (const part of response.body ?? []) {
        size += part.length;
        if (size > mostBytes)
          throw new HostError(
            'service_failed',
            `${this.#url.origin} answered with more than ${mostBytes / 1_000_000} MB.`,
            'Ask for fewer runs at once.',
          );
        text += decoder.decode(part, { stream: true });
      }
      return text;
    });
  }

  /** Does what needs the service to answer. */
  async #reached<Done>(work: () => Promise<Done>): Promise<Done> {
    try {
      return await work();
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      // fetch throws a TypeError when a connection fails.
      if (!isLate && !(error instanceof TypeError)) throw error;
      const message = isLate
        ? `${this.#url.origin} did not answer within ${answerMs / 1000} s.`
        : `No service answers at ${this.#url.origin}.`;
      throw new HostError('service_unreachable', message, this.#hint, { cause: error });
    }
  }

  async #refusal(response: Response): Promise<HostError> {
    const { status } = response;
    const { data } = problemSchema.safeParse(jsonOf(await this.#textOf(response)));
    // A generated service says so of paths that it does not have; what it has and does not find is said with other codes.
    const isNowhere = status === 404 || status === 405;
    if (isNowhere && (data === undefined || data.code === 'http_error')) return this.#isNoService();
    if (status >= 300 && status < 400)
      return new HostError(
        'service_failed',
        `${this.#url.origin} leads to another address, which is not followed.`,
        'Name the address that it leads to, if that is the service.',
      );
    const misfits = misfitsOf(data);
    const code = status === 401 || status === 403 ? 'service_refused' : 'service_failed';
    return new HostError(
      // One that is being started anew, or whose database is away, is back soon.
      status >= 502 ? 'service_unreachable' : code,
      [data?.detail ?? `${this.#url.origin} answered with status ${status}.`, ...misfits]
        .join(' ')
        .slice(0, longestWords),
      (misfits.length > 0
        ? 'Correct that and send it again.'
        : (data?.hint ?? 'Only services with durable workflows have runs.')
      ).slice(0, longestWords),
    );
  }

  #isNoService(): HostError {
    return new HostError(
      'not_durable',
      `What answers at ${this.#url.origin} has no durable runs.`,
      'Only services of workflows with "durable": true have some.',
    );
  }
}

const misfitsSchema = z.object({ errors: z.array(z.object({ pointer: z.string(), detail: z.string() })) });

/** What does not fit in what was sent, with its place. */
function misfitsOf(problem: unknown): readonly string[] {
  const { errors = [] } = misfitsSchema.safeParse(problem).data ?? {};
  return errors.map(({ pointer, detail }) =>
    pointer === '' ? `It ${detail}.` : `${pointer.replace(/^\//u, '')} ${detail}.`,
  );
}
