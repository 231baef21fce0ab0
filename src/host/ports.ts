import { createServer } from 'node:net';

import { HostError, systemCode } from './errors.ts';

const loopback = '127.0.0.1';

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  return listenOnce(0);
}

/** Throws `port_in_use` when something listens on the port of 127.0.0.1 already. */
export async function requireFreePort(port: number): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    if (systemCode(error) === 'EACCES')
      throw new HostError(
        'port_in_use',
        `Port ${port} may not be used by this account.`,
        'Take one above 1023 with --port.',
      );
    if (systemCode(error) !== 'EADDRINUSE') throw error;
    throw new HostError(
      'port_in_use',
      `Port ${port} is in use.`,
      'Stop what uses it, or take another one with --port (--port 0 takes any free one).',
      { cause: error },
    );
  }
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
