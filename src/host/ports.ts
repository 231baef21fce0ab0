import { createServer } from 'node:net';

import { HostError, UsageError, systemCode } from './errors.ts';

const loopback = '127.0.0.1';
const [lowestPort, portsOfAll, portsOfEach] = [20_000, 12_768, 16];
/** How many ports this process has asked for. */
let asked = 0;

/** The port that `--port` names; 0 is any free one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(`--port ${text} is not a port.`, 'Give a number from 0 to 65535; 0 takes any free port.');
}

/**
 * A port of 127.0.0.1 that is free, and that no other program is given before somebody listens on it: it lies below those
 * that a system gives away by itself, from 32768 on (Linux) or 49152 (macOS, Windows), and each process tries others.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < portsOfAll / portsOfEach; tries += 1) {
    const own = (process.pid * portsOfEach) % portsOfAll;
    const port = lowestPort + ((own + asked) % portsOfAll);
    asked += 1;
    try {
      return await listenOnce(port);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
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

function isTaken(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'EADDRINUSE' || code === 'EACCES';
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
