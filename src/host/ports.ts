import { createServer } from 'node:net';

import { HostError, UsageError, systemCode } from './errors.ts';

const loopback = '127.0.0.1';

/** The port that `--port` names; 0 is any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port.`, 'Give a number from 0 to 65535; 0 takes any free port.');
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Throws `port_in_use` when something listens on the port of 127.0.0.1 already. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    throw portProblem(port, error);
  }
}

/** What is to be said when a port could not be listened on; the error itself where it is about something else. */
export function portProblem(port: number, error: unknown): unknown {
  if (systemCode(error) === 'EACCES')
    return new HostError(
      'port_in_use',
      `Port ${port} may not be used by this account.`,
      'Take one above 1023 with --port.',
      { cause: error },
    );
  if (systemCode(error) !== 'EADDRINUSE') return error;
  return new HostError(
    'port_in_use',
    `Port ${port} is in use.`,
    'Stop what uses it, or take another one with --port (--port 0 takes any free one).',
    { cause: error },
  );
}

async function listenOnce(port: number): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, loopback, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}
