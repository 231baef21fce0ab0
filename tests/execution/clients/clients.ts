import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder } from '../../../src/host/cacheFolder.ts';
import { Processes } from '../../../src/host/processes.ts';
import { pythonEnvironment } from '../../../src/host/python/environment.ts';

const run = promisify(execFile);
const requirements = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8');

/** Runs a Python script of this folder, which asks with clients that others have written; gives what it prints. */
export async function runClient(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run(await clientPython(), [join(import.meta.dirname, script), ...args], {
    timeout: 150_000,
  });
  return stdout;
}

async function clientPython(): Promise<string> {
  const { env } = process;
  return pythonEnvironment({ processes: new Processes(), env, cacheFolder: cacheFolder(env), requirements });
}

/** A server of this folder, and what it has told so far. */
export interface RunningScript {
  readonly url: string;
  readonly told: readonly Readonly<Record<string, unknown>>[];
  stop(): Promise<void>;
}

/** Starts a server of this folder, whose first line says where it is. */
export async function startServer(script: string, ...args: readonly string[]): Promise<RunningScript> {
  const child = new Processes().start(await clientPython(), [join(import.meta.dirname, script), ...args], {
    env: process.env,
  });
  const told: Readonly<Record<string, unknown>>[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    child.stdoutLines.on('line', (line) => {
      const said = JSON.parse(line) as { readonly url?: string };
      if (said.url === undefined) told.push(said);
      else resolve(said.url);
    });
    void child.exited.then(({ stderr }) => reject(new Error(stderr)));
  });
  return { url, told, stop: () => child.stop() };
}
