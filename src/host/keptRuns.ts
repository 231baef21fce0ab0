import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a service that somebody tries out keeps its durable runs, unless its operator says otherwise. */
export interface KeptRuns {
  readonly env: NodeJS.ProcessEnv;
  /** Forgets them. */
  remove(): Promise<void>;
}

/** A folder for the runs of one service: whoever tries a workflow again does not mean to go on with what he left. */
export async function keptRuns(project: string, env: NodeJS.ProcessEnv): Promise<KeptRuns> {
  const isDurable = existsSync(join(project, 'app/durable'));
  if (!isDurable || env['DURABLE_PATH'] || env['DURABLE_DATABASE_URL'])
    return { env: {}, remove: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), 'catalyst-runs-'));
  return {
    env: { DURABLE_PATH: join(folder, 'durable.db') },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
