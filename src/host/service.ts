import { join } from 'node:path';

import type { GeneratedFile } from '../core/codegen/python/index.ts';
import {
  candidatesOf,
  isModelNode,
  simulatedAddress,
  withCalled,
  type CheckedWorkflow,
  type Provider,
} from '../core/workflow/index.ts';
import { cacheFolder } from './cacheFolder.ts';
import { keptRuns } from './keptRuns.ts';
import { freePort } from './ports.ts';
import { writeProject } from './projectWriter.ts';
import { withoutProxyHere } from './proxies.ts';
import { pythonEnvironment } from './python/environment.ts';
import { startPythonServer, type PythonServer } from './python/server.ts';
import type { Machine } from './machine.ts';
import type { ModelServer } from './modelServer.ts';

const loopback = '127.0.0.1';
/** About as fast as a current model, so that what is seen here is what will be seen there. */
const simulatedPace = { firstTokenMs: 150, tokensPerSecond: 40 } as const;
/** Simulated providers take any key. */
export const simulatedKey = 'simulated';

/** A generated project that is ready to be started. */
export interface PreparedProject {
  readonly folder: string;
  readonly python: string;
  /** Whether some file of it is another than it was. */
  readonly isChanged: boolean;
  /** It calls deployments under names of their own, which the provider itself would not know. */
  readonly callsDeployments: boolean;
}

/**
 * Writes the service of a workflow into a folder of ours, below `.catalyst` in the current one when none is given, and makes
 * sure of a Python that can run it.
 */
export async function prepareProject(
  machine: Machine,
  checked: CheckedWorkflow,
  files: readonly GeneratedFile[],
  folder = join(machine.cwd, '.catalyst', checked.file.name),
): Promise<PreparedProject> {
  const ignored: GeneratedFile = { path: '.gitignore', content: '*\n' };
  const kept = files.filter(({ path }) => path !== ignored.path);
  const written = writeProject(folder, [...kept, ignored], { force: 'none' });
  const requirements = files.find(({ path }) => path === 'requirements.txt')?.content ?? '';
  const { processes, env, signal, onProgress } = machine;
  const python = await pythonEnvironment({
    processes,
    env,
    cacheFolder: cacheFolder(env),
    requirements,
    signal,
    onProgress,
  });
  const isChanged = [written.created, written.changed, written.removed].some((paths) => paths.length > 0);
  return { folder, python, isChanged, callsDeployments: callsDeployments(checked) };
}

/** Whether some node names a model by what only its operator calls it. */
export function callsDeployments(checked: CheckedWorkflow): boolean {
  const nodes = withCalled(checked).flatMap(({ file }) => file.nodes);
  return nodes
    .filter(isModelNode)
    .flatMap(candidatesOf)
    .some(({ config }) => config.baseModel !== undefined);
}

/** Simulated providers that run as long as their process. */
export interface SimulatedServer {
  /** Its address, without the path of an API. */
  readonly origin: string;
  /** It answers under any model name. */
  readonly acceptsDeployments: boolean;
  readonly server: Promise<PythonServer>;
}

/** Starts the simulated providers where some are wanted. They come up beside the service, which is told their address at once. */
export async function startSimulated(
  machine: Machine,
  project: Omit<PreparedProject, 'isChanged'>,
  { answerers, env }: Pick<ModelServer, 'answerers' | 'env'>,
): Promise<SimulatedServer | undefined> {
  return answerers.some(({ kind }) => kind === 'simulated') ? startSimulation(machine, project, env) : undefined;
}

/** Starts the simulated providers of a project. */
export async function startSimulation(
  machine: Machine,
  { folder, python, callsDeployments: acceptsDeployments }: Omit<PreparedProject, 'isChanged'>,
  env: NodeJS.ProcessEnv,
): Promise<SimulatedServer> {
  const port = await freePort();
  const { firstTokenMs, tokensPerSecond } = simulatedPace;
  const pace = ['--first-token-ms', String(firstTokenMs), '--tokens-per-second', String(tokensPerSecond)];
  const server = startPythonServer({
    processes: machine.processes,
    python,
    folder,
    module: 'tests.simulated_providers',
    args: ['--host', loopback, '--port', String(port), ...pace].concat(
      acceptsDeployments ? ['--accept-unknown-models'] : [],
    ),
    env,
    addressKey: 'base_url',
    signal: machine.signal,
  });
  // Who awaits it learns of a failure; until then it must not end this process.
  server.catch(() => undefined);
  return { origin: `http://${loopback}:${port}`, acceptsDeployments, server };
}

/**
 * What leads a service to the simulated providers at an origin, for those that these stand in for.
 * @param env what it is started with besides
 */
export function simulatedAccounts(
  providers: readonly Provider[],
  origin: string,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const accounts = providers.flatMap((provider) => [
    [provider.variables.key, simulatedKey],
    [provider.variables.baseUrl, simulatedAddress(provider, origin)],
  ]);
  return { ...Object.fromEntries(accounts), ...withoutProxyHere(env) };
}

/** How a service is started. */
export interface ServiceOptions {
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
  /** See `startPythonServer`. */
  readonly through?: readonly string[] | undefined;
  readonly morePipes?: number | undefined;
}

/** Starts the generated service on a free port and waits until it, and the simulated providers behind it, answer. */
export async function startService(
  machine: Machine,
  { folder, python }: Pick<PreparedProject, 'folder' | 'python'>,
  { env, answerers = [] }: Pick<ModelServer, 'env'> & Partial<Pick<ModelServer, 'answerers'>>,
  simulated: SimulatedServer | undefined,
  options: ServiceOptions = {},
): Promise<PythonServer> {
  const stoodInFor = answerers.filter(({ kind }) => kind === 'simulated').map(({ provider }) => provider);
  const upstream = simulated && simulatedAccounts(stoodInFor, simulated.origin, env);
  const kept = await keptRuns(folder, env);
  // Links to a durable run name the port.
  const port = kept.isDurable ? await freePort() : 0;
  const links = kept.isDurable && !env['PUBLIC_URL'] ? { PUBLIC_URL: `http://${loopback}:${port}` } : {};
  const [service] = await Promise.all([
    startPythonServer({
      ...options,
      processes: machine.processes,
      python,
      folder,
      module: 'app.runtime.serve',
      args: ['--host', loopback, '--port', String(port)],
      // Whoever develops a workflow is its operator too.
      env: { ...env, ...upstream, ...kept.env, ...links, EXPOSE_ERRORS: 'true' },
      addressKey: 'url',
      signal: machine.signal,
    }),
    simulated?.server,
  ]);
  void service.exited.then(() => kept.remove());
  return service;
}
