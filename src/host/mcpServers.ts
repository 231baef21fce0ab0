import { join } from 'node:path';

import * as z from 'zod';

import { mcpDescriber, mcpDescriberModule } from '../core/codegen/python/index.ts';
import type { LockedTool } from '../core/workflow/index.ts';
import { cacheFolder } from './cacheFolder.ts';
import { HostError } from './errors.ts';
import { jsonOf } from './jsonText.ts';
import type { Machine } from './machine.ts';
import { writeProject } from './projectWriter.ts';
import { pythonEnvironment } from './python/environment.ts';
import { isolated } from './python/paths.ts';

const saidSchema = z.union([
  z.object({
    tools: z.array(
      z.object({
        name: z.string(),
        description: z.string().nullish(),
        inputSchema: z.record(z.string(), z.json()).default({ type: 'object' }),
      }),
    ),
  }),
  z.object({ problem: z.object({ detail: z.string(), hint: z.string() }) }),
]);

/**
 * Asks MCP servers for their tools, as a service would: by the same Python, and the variables of the server in `env`.
 * Throws a HostError where one cannot be asked.
 */
export async function mcpServerTools(
  machine: Machine,
  env: NodeJS.ProcessEnv,
  servers: readonly string[],
): Promise<ReadonlyMap<string, readonly LockedTool[]>> {
  const { processes, signal, onProgress } = machine;
  const files = mcpDescriber();
  const folder = join(machine.cwd, '.catalyst', 'mcp');
  writeProject(folder, [...files, { path: '.gitignore', content: '*\n' }], { force: 'none' });
  const requirements = files.find(({ path }) => path === 'requirements.txt')?.content ?? '';
  const cache = cacheFolder(machine.env);
  const request = { processes, env: machine.env, cacheFolder: cache, requirements, signal, onProgress };
  const python = await pythonEnvironment(request);
  const found = new Map<string, readonly LockedTool[]>();
  for (const server of servers) {
    onProgress(`Asking the MCP server ${server} for its tools …`);
    const options = { cwd: folder, env: { ...isolated(env), PYTHONUTF8: '1' }, signal };
    const { stdout, stderr } = await processes.run(python, ['-m', mcpDescriberModule, server], options);
    found.set(server, toolsIn(server, stdout, stderr));
  }
  return found;
}

function toolsIn(server: string, stdout: string, stderr: string): readonly LockedTool[] {
  const { data } = saidSchema.safeParse(jsonOf(stdout));
  if (data === undefined)
    throw new HostError(
      'service_failed',
      `What the MCP server ${server} said of its tools cannot be read.\n${stderr.trim().split('\n').slice(-5).join('\n')}`,
      'Look whether it is one, and whether its tools have a name and an `inputSchema` each.',
    );
  if ('problem' in data) throw new HostError('service_failed', data.problem.detail, data.problem.hint);
  return data.tools.map(({ name, description, inputSchema }) => ({
    name,
    description: description ?? '',
    inputSchema,
  }));
}
