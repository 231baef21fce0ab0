import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

import { systemCode } from '../../../../host/errors.ts';
import { accountAt, TunnelAgent } from './proxy.ts';
import type { RecordedCall } from './recordedCall.ts';

/** Who answers the calls of a service. */
export interface Upstream {
  readonly baseUrl: string;
  /** Certificates to trust besides those of the platform. */
  readonly certificates?: string | undefined;
  /** What stands between, speaking HTTP. */
  readonly proxy?: URL | undefined;
  /** Headers that every call gets besides its own. */
  headers(): Readonly<Record<string, string>>;
}

/** A call as the service made it. */
export interface IncomingCall {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  readonly rawHeaders: readonly string[];
  readonly body: Uint8Array;
}

const keptAlive = { keepAlive: true, maxSockets: Infinity };
const plain = new HttpAgent(keptAlive);
const secure = new HttpsAgent(keptAlive);

/** Headers that are about a connection, and the mark that is for us. */
const ofConnection: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'x-studio-call',
]);

export interface ForwardOptions {
  readonly call: RecordedCall | undefined;
  readonly onFirstByte: () => void;
  /** Why nobody answered, in words. */
  readonly onFailure: (reason: string) => void;
}

/**
 * Passes a call on, and the bytes of the answer back as they come; a caller who reads slowly is waited for, one who goes away
 * ends the call. Resolves when either has ended.
 */
export async function forward(
  upstream: Upstream,
  incoming: IncomingCall,
  response: ServerResponse,
  options: ForwardOptions,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await exchange(upstream, incoming, response, options, attempt > 0);
    if (outcome !== 'stale') return;
  }
}

/** `stale`: a kept connection had been closed meanwhile, and nothing of the answer had come. */
async function exchange(
  upstream: Upstream,
  incoming: IncomingCall,
  response: ServerResponse,
  { call, onFirstByte, onFailure }: ForwardOptions,
  isFresh: boolean,
): Promise<'ended' | 'stale'> {
  const request = open(upstream, incoming, isFresh);
  return new Promise((resolve) => {
    const finish = (how: 'complete' | 'broken' | 'cancelled'): void => {
      call?.end(how);
      if (how === 'broken') response.destroy();
      resolve('ended');
    };
    const onClose = (): void => {
      if (response.writableFinished) return;
      request.destroy();
      finish('cancelled');
    };
    response.once('close', onClose);
    request.once('error', (error) => {
      if (response.destroyed) return;
      if (request.reusedSocket && !isFresh && !response.headersSent) {
        response.off('close', onClose);
        resolve('stale');
        return;
      }
      onFailure(`${new URL(upstream.baseUrl).host} cannot be reached: ${systemCode(error) ?? error.message}.`);
      finish('broken');
    });
    request.once('response', (answer) => {
      call?.answering(answer.statusCode ?? 502, answer.headers);
      passOn(answer, response);
      answer.on('data', (bytes: Buffer) => {
        if (call?.take(bytes)) onFirstByte();
        if (!response.write(bytes)) answer.pause();
      });
      response.on('drain', () => answer.resume());
      answer.once('error', () => finish('broken'));
      answer.once('end', () => {
        response.end();
        finish('complete');
      });
    });
    request.end(incoming.body);
  });
}

function open(upstream: Upstream, { method, path, rawHeaders, body }: IncomingCall, isFresh: boolean): ClientRequest {
  const base = new URL(upstream.baseUrl);
  const url = new URL(base.pathname.replace(/\/$/, '') + path + base.search, base);
  const own = [...passed(rawHeaders), ...Object.entries(upstream.headers()).flat()];
  const headers = ['Host', url.host, ...own, 'Content-Length', String(body.length)];
  const { proxy } = upstream;
  if (url.protocol === 'https:') {
    const agent = proxy === undefined ? secure : tunnelThrough(proxy);
    const ca = upstream.certificates !== undefined && { ca: upstream.certificates };
    return requestHttps(url, { method, headers, agent: isFresh && proxy === undefined ? false : agent, ...ca });
  }
  if (proxy === undefined) return requestHttp(url, { method, headers, agent: isFresh ? false : plain });
  // A proxy is asked for the whole address.
  const { hostname: host, port } = proxy;
  const all = [...headers, ...accountAt(proxy)];
  return requestHttp({ host, port: port || 80, path: url.href, method, headers: all, agent: isFresh ? false : plain });
}

const tunnels = new Map<string, TunnelAgent>();

function tunnelThrough(proxy: URL): TunnelAgent {
  const tunnel = tunnels.get(proxy.href) ?? new TunnelAgent(proxy);
  tunnels.set(proxy.href, tunnel);
  return tunnel;
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const length = answer.headers['content-length'];
  const headers = [...passed(answer.rawHeaders), ...(length === undefined ? [] : ['Content-Length', length])];
  response.sendDate = false;
  // A connection for each call: none is ever taken for open that has been closed meanwhile.
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, [...headers, 'Connection', 'close']);
  response.flushHeaders();
}

function passed(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let place = 0; place + 1 < rawHeaders.length; place += 2) {
    const [name = '', value = ''] = [rawHeaders[place], rawHeaders[place + 1]];
    if (!ofConnection.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
