import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import * as z from 'zod';

import { jsonOf } from './jsonText.ts';

/** What the caller of a workflow says over a WebSocket; ids are his. */
export type SocketMessage =
  | { readonly type: 'run'; readonly id: string; readonly input: unknown }
  | { readonly type: 'stop'; readonly id: string };

/** What a run says to its caller; `done` or `error` is the last. */
export interface SocketEvent {
  readonly event: string;
  readonly data: unknown;
}

const toldSchema = z.object({ id: z.string(), event: z.string(), data: z.unknown() });

/** A WebSocket of a service whose workflow is asked over one: several runs, one after the other or side by side. */
export class RunSocket {
  /** Those of the answer with which the service has taken the connection. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #socket: WebSocket;
  readonly #runs = new Map<string, ReadableStreamDefaultController<SocketEvent>>();

  constructor(socket: WebSocket, headers: Readonly<Record<string, string>>) {
    this.#socket = socket;
    this.headers = headers;
    socket.on('message', (text: Buffer) => this.#take(text.toString('utf8')));
    socket.on('close', (code, reason) => {
      const why = new TypeError(
        `The service has closed the connection (${code}${reason.length > 0 ? `: ${reason.toString()}` : ''}).`,
      );
      for (const run of this.#runs.values()) run.error(why);
      this.#runs.clear();
    });
    // It is followed by a close, which ends the runs.
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The events of a run that is about to be asked for; fails with a TypeError, as `fetch` does, where the connection breaks. */
  eventsOf(run: string): ReadableStream<SocketEvent> {
    return new ReadableStream<SocketEvent>({
      start: (controller) => void this.#runs.set(run, controller),
      cancel: () => void this.#runs.delete(run),
    });
  }

  say(message: SocketMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Ends the events of a run, whatever it goes on to say. */
  leave(run: string): void {
    this.#runs.get(run)?.close();
    this.#runs.delete(run);
  }

  /** Ends the connection at once, and with it all that still runs on it. */
  close(): void {
    this.#socket.terminate();
  }

  #take(text: string): void {
    const told = toldSchema.safeParse(jsonOf(text)).data;
    if (told === undefined) return;
    const { id, event, data } = told;
    this.#runs.get(id)?.enqueue({ event, data });
    if (event === 'done' || event === 'error') this.leave(id);
  }
}

export interface SocketRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Opens a WebSocket of a running service; gives the answer where that does not take it.
 * @throws TypeError where nobody answers, as `fetch` does
 */
export async function openSocket(
  serviceUrl: string,
  { path, headers, signal }: SocketRequest,
): Promise<RunSocket | Response> {
  const url = new URL(path, serviceUrl.replace(/^http/, 'ws'));
  const socket = new WebSocket(url, { headers });
  const onAbort = (): void => socket.terminate();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await new Promise<RunSocket | Response>((resolve, reject) => {
      socket.once('upgrade', ({ headers: answered }: IncomingMessage) =>
        socket.once('open', () => resolve(new RunSocket(socket, plain(answered)))),
      );
      socket.once('unexpected-response', (_request, response: IncomingMessage) => {
        void refusalOf(response).then(resolve, reject);
      });
      socket.once('error', ({ message }) => reject(new TypeError(message)));
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function refusalOf(response: IncomingMessage): Promise<Response> {
  const body: Buffer[] = [];
  for await (const bytes of response) body.push(bytes as Buffer);
  return new Response(Buffer.concat(body), { status: response.statusCode ?? 502, headers: plain(response.headers) });
}

function plain(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}
