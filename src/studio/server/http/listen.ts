import { createServer, type RequestListener, type Server } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';

import { portProblem } from '../../../host/ports.ts';
import { systemCode } from '../../../host/errors.ts';

/** A page asks again at once; whoever is slower than this is no page. */
const pageTimeouts = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
} as const;
type Timeouts = { readonly [Name in keyof typeof pageTimeouts]: number };

export interface Address {
  readonly host: string;
  readonly port: number;
  /** Another port will do where this one is in use. */
  readonly isPreference: boolean;
}

export interface Listening {
  readonly port: number;
  /** Such as `http://127.0.0.1:4747`. */
  readonly origin: string;
  /** What the Host header may be. */
  readonly ownHosts: ReadonlySet<string>;
  close(): Promise<void>;
}

/** Listens at an address. Throws `port_in_use` where that cannot be. */
export async function listen(
  address: Address,
  listener: RequestListener,
  timeouts: Timeouts = pageTimeouts,
): Promise<Listening> {
  const server = createServer(timeouts, listener);
  server.on('upgrade', (_, socket) =>
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'),
  );
  const port = await listenOn(server, address);
  const names = namesOf(address.host);
  const ownHosts = new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
  return { port, ownHosts, origin: `http://${names[0]}:${port}`, close: () => closeServer(server) };
}

async function listenOn(server: Server, { host, port, isPreference }: Address): Promise<number> {
  try {
    return await listenOnce(server, host, port);
  } catch (error) {
    if (isPreference && systemCode(error) === 'EADDRINUSE') return listenOnce(server, host, 0);
    throw portProblem(port, error);
  }
}

async function listenOnce(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host === 'localhost' ? '127.0.0.1' : host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1';
}

/** The names under which a server that listens there is reached, the one to print first. */
function namesOf(host: string): readonly string[] {
  if (host === '::1') return ['[::1]', 'localhost'];
  if (isLoopback(host)) return ['127.0.0.1', 'localhost'];
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const addresses = own.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  const isAny = host === '0.0.0.0' || host === '::';
  const given = host.includes(':') ? `[${host}]` : host.toLowerCase();
  return isAny ? [hostname().toLowerCase(), 'localhost', ...addresses] : [given];
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
