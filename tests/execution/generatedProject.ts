import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { emit, type Plan } from '../../src/core/codegen/python/index.ts';
import { startPythonServer, type PythonServer } from '../../src/host/python/server.ts';
import { Processes } from '../../src/host/processes.ts';

/** The interpreter with the packages of a generated project; the test command names it. */
export const python = process.env['CATALYST_TEST_PYTHON'] ?? 'python3';

/** Writes the project of some plans into a new folder. */
export function writeGenerated(...plans: readonly Plan[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'catalyst-generated-'));
  for (const { path, content } of emit(...plans)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** A generated service with a fake of OpenAI behind it. */
export interface RunningService {
  readonly url: string;
  /** The base address of what stands for OpenAI. */
  readonly upstreamUrl: string | undefined;
  readonly lines: readonly string[];
  /** @param graceMs how long the service may take to end; it is killed after that */
  stop(graceMs?: number): Promise<void>;
}

export async function startGenerated(
  folder: string,
  options: {
    readonly env?: NodeJS.ProcessEnv;
    readonly simulatedArgs?: readonly string[];
    /** The base address of another server than the simulated OpenAI. */
    readonly upstream?: string;
    /** Where the service listens; at a free port without. */
    readonly port?: number;
    /** What starts the service, in place of its own module. */
    readonly module?: string;
  } = {},
): Promise<RunningService> {
  const processes = new Processes();
  const lines: string[] = [];
  // Tests look at what operators are told.
  const env = { ...process.env, EXPOSE_ERRORS: 'true', ...options.env };
  const start = (
    module: string,
    addressKey: string,
    args: readonly string[],
    more: NodeJS.ProcessEnv,
  ): Promise<PythonServer> =>
    startPythonServer({
      processes,
      python,
      folder,
      module,
      args,
      env: { ...env, ...more },
      addressKey,
      onLine: (line) => lines.push(line),
    });
  const openai =
    options.upstream === undefined
      ? await start('tests.simulated_providers', 'base_url', ['--port', '0', ...(options.simulatedArgs ?? [])], {})
      : undefined;
  const upstreamUrl = options.upstream ?? openai?.url;
  const service = await start(options.module ?? 'app.runtime.serve', 'url', ['--port', String(options.port ?? 0)], {
    OPENAI_BASE_URL: upstreamUrl,
    OPENAI_API_KEY: 'sk-test',
  });
  return {
    url: service.url,
    upstreamUrl,
    lines,
    stop: async (graceMs) => {
      await service.stop(graceMs);
      await openai?.stop();
    },
  };
}
