import { createParser } from 'eventsource-parser';
import { createServer, request as requestUpstream, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const loopback = '127.0.0.1';
/** What either side says of its own connection. Source: RFC 9110, section 7.6.1 */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
]);
const mostKeptCharacters = 1_000_000;

/** A request that has ended, however it ended. */
export interface RequestReport {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly elapsedMs: number;
  /** `cancelled`: the caller went away; `error`: an error answer, or an error event in a stream. */
  readonly outcome: 'done' | 'error' | 'cancelled';
  readonly totalTokens: number | undefined;
}

/** One address that stays while the services behind it come and go. */
export interface Gateway {
  readonly url: string;
  /** New requests go there; those under way end where they began. Undefined: there is nobody to answer. */
  setTarget(url: string | undefined): void;
  close(): Promise<void>;
}

/** Serves on 127.0.0.1 and passes every request on, byte by byte as it arrives, reporting each at its end. */
export async function openGateway(port: number, onRequest: (report: RequestReport) => void): Promise<Gateway> {
  let target: URL | undefined;
  const server = createServer((incoming, outgoing) => {
    if (!isForLoopback(incoming))
      refuse(outgoing, 403, 'This address answers only to pages and programs of this machine.');
    else if (target === undefined) refuse(outgoing, 503, 'The workflow has errors; catalyst dev shows them.');
    else if (!namesPath(incoming.url ?? ''))
      refuse(outgoing, 400, 'A request names a path of this service, such as /chat.');
    else passSafely(incoming, outgoing, target, onRequest);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, resolve);
  });
  return {
    url: `http://${loopback}:${(server.address() as AddressInfo).port}`,
    setTarget: (url) => {
      target = url === undefined ? undefined : new URL(url);
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page elsewhere can point its own host name, or a form, at this port: only loopback names may be meant, or ask. */
function isForLoopback({ headers }: IncomingMessage): boolean {
  const loopbackName = /^(https?:\/\/)?(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
  return loopbackName.test(headers.host ?? '') && (headers.origin === undefined || loopbackName.test(headers.origin));
}

/**
 * Whether a request target is a path, and nothing that could be read as the address of another server: an absolute URL, or two
 * slashes, of which a browser takes either kind.
 */
function namesPath(target: string): boolean {
  return /^\/(?![/\\])/.test(target);
}

/** Raw headers, names and values by turns, without those of the connection that they came over. */
function ownHeaders(raw: readonly string[]): string[] {
  return raw.filter((_text, index) => !ofConnection.has(raw[index - (index % 2)]?.toLowerCase() ?? ''));
}

function refuse(outgoing: ServerResponse, status: number, detail: string): void {
  outgoing.writeHead(status, { 'content-type': 'application/problem+json' });
  outgoing.end(JSON.stringify({ type: 'about:blank', title: 'Not served', status, detail }));
}

/** Node throws on headers and paths that it reads but would not send: such a request is refused, and the next one served. */
function passSafely(...[incoming, outgoing, ...rest]: Parameters<typeof pass>): void {
  outgoing.on('error', () => outgoing.destroy());
  try {
    pass(incoming, outgoing, ...rest);
  } catch {
    refuse(outgoing, 400, 'This request cannot be passed on.');
  }
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  onRequest: (report: RequestReport) => void,
): void {
  const started = performance.now();
  const { method = 'GET', url: path = '/' } = incoming;
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !ofConnection.has(name)));
  const reader = new AnswerReader();
  let status = 502;
  const { hostname, port } = target;
  // A connection that is kept may be closed by the service just when the next request goes over it.
  const upstream = requestUpstream({ hostname, port, path, method, headers, agent: false }, (answer) => {
    status = answer.statusCode ?? status;
    try {
      outgoing.writeHead(status, ownHeaders(answer.rawHeaders));
      outgoing.flushHeaders();
    } catch {
      outgoing.destroy();
      return;
    }
    const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false;
    const decoder = new TextDecoder();
    answer.on('data', (bytes: Buffer) => {
      reader.read(decoder.decode(bytes, { stream: true }), isStream);
      if (!outgoing.write(bytes)) answer.pause();
    });
    outgoing.on('drain', () => answer.resume());
    answer.on('end', () => {
      outgoing.end();
      // A body that the service did not want goes nowhere, but is read: who still sends it would not get the answer.
      incoming.unpipe(upstream).resume();
    });
    answer.on('error', () => outgoing.destroy());
  });
  upstream.on('error', () => {
    if (outgoing.writableEnded) return;
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
    else refuse(outgoing, status, 'The service went away.');
  });
  // Node looks at headers when it writes them; with the first piece of a body nobody would catch what it throws.
  upstream.flushHeaders();
  incoming.pipe(upstream);
  outgoing.on('close', () => {
    const cancelled = !outgoing.writableFinished;
    upstream.destroy();
    const failed = status >= 400 || reader.failed;
    onRequest({
      method,
      path,
      status,
      elapsedMs: Math.round(performance.now() - started),
      outcome: cancelled ? 'cancelled' : failed ? 'error' : 'done',
      totalTokens: reader.totalTokens(),
    });
  });
}

/** Looks into an answer as it passes by, for what the report says of it. */
class AnswerReader {
  failed = false;
  #whole = '';
  readonly #events = createParser({
    onEvent: ({ event, data }) => {
      if (event === 'error') this.failed = true;
      if (event === 'done') this.#whole = data;
    },
  });

  read(text: string, isStream: boolean): void {
    if (isStream) this.#events.feed(text);
    else if (this.#whole.length < mostKeptCharacters) this.#whole += text;
  }

  totalTokens(): number | undefined {
    try {
      const answer = JSON.parse(this.#whole) as { usage?: { total_tokens?: unknown } } | null;
      const tokens = answer?.usage?.total_tokens;
      return typeof tokens === 'number' ? tokens : undefined;
    } catch {
      return undefined;
    }
  }
}
