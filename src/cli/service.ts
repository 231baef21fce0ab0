import { join } from 'node:path';

import type { GeneratedFile } from '../core/codegen/python/index.ts';
import { isModelNode, withCalled, type CheckedWorkflow } from '../core/workflow/index.ts';
import { cacheFolder } from '../host/cacheFolder.ts';
import { freePort } from '../host/ports.ts';
import { writeProject } from '../host/projectWriter.ts';
import { pythonEnvironment } from '../host/python/environment.ts';
import { startPythonServer, type PythonServer } from '../host/python/server.ts';
import type { CommandContext } from './context.ts';
import type { ModelServer } from './modelServer.ts';

const loopback = '127.0.0.1';
/** About as fast as a current model, so that what is seen here is what will be seen there. */
const simulatedPace = ['--first-token-ms', '150', '--tokens-per-second', '40'];

/** A generated project that is ready to be started. */
export interface PreparedProject {
  readonly folder: string;
  readonly python: string;
  /** Whether some file of it is another than it was. */
  readonly isChanged: boolean;
  /** It asks models at all. */
  readonly asksModels: boolean;
  /** It calls deployments under names of their own, which OpenAI itself would not know. */
  readonly callsDeployments: boolean;
}

/** Writes the service of a workflow below `.catalyst` in the current folder and makes sure of a Python that can run it. */
export async function prepareProject(
  context: CommandContext,
  checked: CheckedWorkflow,
  files: readonly GeneratedFile[],
): Promise<PreparedProject> {
  const folder = join(context.cwd, '.catalyst', checked.file.name);
  const ignored: GeneratedFile = { path: '.gitignore', content: '*\n' };
  const kept = files.filter(({ path }) => path !== ignored.path);
  const written = writeProject(folder, [...kept, ignored], { force: 'none' });
  const requirements = files.find(({ path }) => path === 'requirements.txt')?.content ?? '';
  const { processes, env, signal, terminal } = context;
  const python = await pythonEnvironment({
    processes,
    env,
    cacheFolder: cacheFolder(env),
    requirements,
    signal,
    onProgress: (text) => terminal.progress(text),
  });
  const isChanged = [written.created, written.changed, written.removed].some((paths) => paths.length > 0);
  const nodes = withCalled(checked).flatMap(({ file }) => file.nodes);
  return {
    folder,
    python,
    isChanged,
    asksModels: nodes.some(isModelNode),
    callsDeployments: callsDeployments(checked),
  };
}

function callsDeployments(checked: CheckedWorkflow): boolean {
  const nodes = withCalled(checked).flatMap(({ file }) => file.nodes);
  return nodes.some((node) => isModelNode(node) && node.config.baseModel !== undefined);
}

/** A simulated OpenAI that runs as long as its process; undefined when a real server answers. */
export interface SimulatedServer {
  readonly baseUrl: string;
  /** It answers under any model name. */
  readonly acceptsDeployments: boolean;
  readonly server: Promise<PythonServer>;
}

/** Starts the simulated OpenAI where it is wanted. It comes up beside the service, which is told its address at once. */
export async function startSimulated(
  context: CommandContext,
  { folder, python, asksModels, callsDeployments: acceptsDeployments }: PreparedProject,
  { kind, env }: ModelServer,
): Promise<SimulatedServer | undefined> {
  if (kind !== 'simulated' || !asksModels) return undefined;
  const port = await freePort();
  const server = startPythonServer({
    processes: context.processes,
    python,
    folder,
    module: 'tests.simulated_providers',
    args: ['--host', loopback, '--port', String(port), ...simulatedPace].concat(
      acceptsDeployments ? ['--accept-unknown-models'] : [],
    ),
    env,
    addressKey: 'base_url',
    signal: context.signal,
  });
  // Who awaits it learns of a failure; until then it must not end this process.
  server.catch(() => undefined);
  return { baseUrl: `http://${loopback}:${port}/v1`, acceptsDeployments, server };
}

/** Starts the generated service on a free port and waits until it, and the simulated OpenAI behind it, answer. */
export async function startService(
  context: CommandContext,
  { folder, python }: PreparedProject,
  { env }: ModelServer,
  simulated: SimulatedServer | undefined,
  onLine?: (line: string, stream: 'stdout' | 'stderr') => void,
): Promise<PythonServer> {
  const upstream = simulated && { OPENAI_BASE_URL: simulated.baseUrl, OPENAI_API_KEY: 'simulated' };
  const [service] = await Promise.all([
    startPythonServer({
      processes: context.processes,
      python,
      folder,
      module: 'app.runtime.serve',
      args: ['--host', loopback, '--port', '0'],
      // Whoever develops a workflow is its operator too.
      env: { ...env, ...upstream, EXPOSE_ERRORS: 'true' },
      addressKey: 'url',
      onLine,
      signal: context.signal,
    }),
    simulated?.server,
  ]);
  return service;
}
