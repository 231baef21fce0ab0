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
  const { env } = process;
  const python = await pythonEnvironment({
    processes: new Processes(),
    env,
    cacheFolder: cacheFolder(env),
    requirements,
  });
  const { stdout } = await run(python, [join(import.meta.dirname, script), ...args], { timeout: 60_000 });
  return stdout;
}
