import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a service that somebody tries out needs for its durable runs, unless its operator says otherwise. */
export interface KeptRuns {
  /** Whether it has some. */
  readonly isDurable: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** Forgets them. */
  remove(): Promise<void>;
}

/** The RUNS_TOKEN of a service that somebody tries out, which only this machine reaches: the operator's, if there is one. */
export function runsToken(env: NodeJS.ProcessEnv): string {
  return env['RUNS_TOKEN'] || 'catalyst-local';
}

/** A folder for the runs of one service: whoever tries a workflow again does not mean to go on with what he left. */
export async function keptRuns(project: string, env: NodeJS.ProcessEnv): Promise<KeptRuns> {
  if (!existsSync(join(project, 'app/durable'))) return { isDurable: false, env: {}, remove: () => Promise.resolve() };
  const secrets = {
    RUNS_TOKEN: runsToken(env),
    APPROVAL_SECRET: env['APPROVAL_SECRET'] || randomBytes(24).toString('hex'),
  };
  if (env['DURABLE_PATH'] || env['DURABLE_DATABASE_URL'])
    return { isDurable: true, env: secrets, remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'catalyst-runs-'));
  return {
    isDurable: true,
    env: { ...secrets, DURABLE_PATH: join(folder, 'durable.db') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
