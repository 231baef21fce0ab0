import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { python } from '../generatedProject.ts';

/** Real servers of Postgres and Redis, as far as they are installed. */
export interface Databases {
  /** What leads to them. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const script = `
import importlib.util, json, sys
import pytest
from contextlib import ExitStack
spec = importlib.util.spec_from_file_location("servers", sys.argv[1])
servers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(servers)
with ExitStack() as running:
    env = {}
    try:
        env["DATABASE_URL"] = running.enter_context(servers.running_postgres()).url
        env["REDIS_URL"] = running.enter_context(servers.running_redis())
    except pytest.skip.Exception:
        pass
    print(json.dumps(env), flush=True)
    sys.stdin.read()
`;

export async function startDatabases(): Promise<Databases> {
  const servers = join(import.meta.dirname, '../../../runtime/python/tests/database_servers.py');
  const child = spawn(python, ['-c', script, servers], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    env: JSON.parse(line) as Record<string, string>,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
