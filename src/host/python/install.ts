import { mkdir, rm, writeFile } from 'node:fs/promises';

import { HostError } from '../errors.ts';
import type { Processes } from '../processes.ts';
import { findInterpreter, lowestPython } from './interpreter.ts';
import { isolated, pythonIn } from './paths.ts';

export interface EnvironmentRequest {
  readonly processes: Processes;
  readonly env: NodeJS.ProcessEnv;
  readonly cacheFolder: string;
  /** The text of a requirements file. */
  readonly requirements: string;
  readonly onProgress?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Makes a Python environment with the required packages in a new folder: with uv where it is on PATH and no Python was chosen,
 * else, or when that fails, with the interpreter's own venv and pip. Gives the version of its Python.
 */
export async function createEnvironment(request: EnvironmentRequest, folder: string): Promise<string> {
  const requirementsFile = `${folder}.txt`;
  await writeFile(requirementsFile, request.requirements);
  try {
    const byUv = await createWithUv(request, folder, requirementsFile);
    if (!byUv) {
      await rm(folder, { recursive: true, force: true });
      await createWithPip(request, folder, requirementsFile);
    }
    const { stdout } = await run(request, pythonIn(folder), [
      '-c',
      'import platform; print(platform.python_version())',
    ]);
    return stdout.trim();
  } finally {
    await rm(requirementsFile, { force: true });
  }
}

async function createWithUv(request: EnvironmentRequest, folder: string, requirementsFile: string): Promise<boolean> {
  const { env, onProgress } = request;
  const { exitCode } = await run(request, 'uv', ['--version']);
  if (exitCode !== 0) return false;
  onProgress?.('Preparing Python with uv …');
  const wanted = env['CATALYST_PYTHON'] || `>=${lowestPython.major}.${lowestPython.minor}`;
  const made = await run(request, 'uv', ['venv', '--quiet', '--relocatable', '--python', wanted, folder]);
  if (made.exitCode !== 0) return false;
  onProgress?.('Installing Python packages with uv …');
  const target = ['--python', pythonIn(folder), '--requirement', requirementsFile];
  const installed = await run(request, 'uv', ['pip', 'install', '--quiet', '--compile-bytecode', ...target]);
  return installed.exitCode === 0;
}

async function createWithPip(request: EnvironmentRequest, folder: string, requirementsFile: string): Promise<void> {
  const { env, onProgress, processes, signal } = request;
  const interpreter = await findInterpreter(processes, env, signal);
  onProgress?.(`Preparing Python ${interpreter.version} …`);
  await mkdir(folder, { recursive: true });
  const made = await run(request, interpreter.executable, ['-m', 'venv', folder]);
  if (made.exitCode !== 0)
    throw new HostError(
      'python_incomplete',
      `Python ${interpreter.version} (${interpreter.executable}) could not make an environment: ${lastLine(made.stderr || made.stdout)}`,
      'Debian, Ubuntu: apt install python3-venv. Or set CATALYST_PYTHON to another Python, or install uv.',
    );
  onProgress?.('Installing Python packages (once, about 20 s) …');
  const outcome = await installWithPip(request, folder, requirementsFile);
  if (!outcome.ok) throw unavailable(outcome.reason);
}

async function installWithPip(request: EnvironmentRequest, folder: string, requirements: string): Promise<Outcome> {
  const python = pythonIn(folder);
  const options = ['--no-input', '--disable-pip-version-check', '--requirement', requirements];
  const { exitCode, stderr } = await run(request, python, ['-m', 'pip', 'install', '--quiet', ...options]);
  return exitCode === 0 ? { ok: true } : { ok: false, reason: stderr };
}

function run({ processes, env, signal }: EnvironmentRequest, command: string, args: readonly string[]) {
  return processes.run(command, args, { env: isolated(env), signal });
}

function unavailable(pipErrors: string): HostError {
  const lines = pipErrors.split('\n').filter((line) => line.trim() !== '' && !/^\s*(WARNING|\[notice\])/.test(line));
  return new HostError(
    'packages_unavailable',
    `The Python packages could not be installed. pip says:\n${lines
      .slice(-4)
      .map((line) => `  ${line.trim()}`)
      .join('\n')}`,
    'pip takes its settings from pip.conf and the environment. Behind a proxy set HTTPS_PROXY (and PIP_CERT for its certificate); ' +
      'for an index of your own set PIP_INDEX_URL; without a network set PIP_FIND_LINKS to a folder of wheels and PIP_NO_INDEX=1.',
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
