import type { Duplex } from 'node:stream';

import attached from '../attached.py?raw';
import { HostError } from '../errors.ts';
import type { ExitReport, Processes } from '../processes.ts';
import { isolated } from './paths.ts';

const startLimitMs = 60_000;

export interface ServerRequest {
  readonly processes: Processes;
  /** The interpreter of an environment that has the project's packages. */
  readonly python: string;
  /** The folder of the generated project. */
  readonly folder: string;
  readonly module: string;
  readonly args: readonly string[];
  /** A Python file with its arguments that starts the module in our place: the module and its arguments come behind them. */
  readonly through?: readonly string[] | undefined;
  /** How many more pipes it gets, from file descriptor 3 on. */
  readonly morePipes?: number | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The key of the ready line that holds the address. */
  readonly addressKey: string;
  /** Called with every line that it writes, but for the ready line. */
  readonly onLine?: ((line: string, stream: 'stdout' | 'stderr') => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PythonServer {
  readonly pid: number | undefined;
  readonly url: string;
  readonly morePipes: readonly Duplex[];
  readonly exited: Promise<ExitReport>;
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts `python -m module` and waits for the line of JSON in which it tells its address.
 * It ends with this process, however that goes. Throws `service_failed` with what it wrote when it ends before it is ready.
 */
export async function startPythonServer(request: ServerRequest): Promise<PythonServer> {
  const { processes, python, folder, module, args, through = [], morePipes, addressKey, onLine, signal } = request;
  signal?.throwIfAborted();
  const env = { ...isolated(request.env), PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' };
  const child = processes.start(python, ['-c', attached, ...through, module, ...args], {
    cwd: folder,
    env,
    onErrorLine: (line) => onLine?.(line, 'stderr'),
    holdInput: true,
    morePipes,
  });
  const address = new Promise<string>((resolve) => {
    child.stdoutLines.on('line', (line) => {
      const found = addressIn(line, addressKey);
      if (found === undefined) onLine?.(line, 'stdout');
      else resolve(found);
    });
  });
  const timer = new AbortController();
  const late = new Promise<'late'>((resolve) => {
    const timeout = setTimeout(() => resolve('late'), startLimitMs);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  const aborted = new Promise<'aborted'>((resolve) => {
    signal?.addEventListener('abort', () => resolve('aborted'), { once: true, signal: timer.signal });
  });
  const first = await Promise.race([address, child.exited, late, aborted]);
  timer.abort();
  if (first === 'aborted') {
    await child.stop(0);
    signal?.throwIfAborted();
  }
  if (first === 'late') await child.stop(0);
  if (typeof first !== 'string' || first === 'late') throw failed(module, await child.exited);
  return {
    pid: child.pid,
    url: first,
    morePipes: child.morePipes,
    exited: child.exited,
    stop: (graceMs) => child.stop(graceMs),
  };
}

function addressIn(line: string, key: string): string | undefined {
  try {
    const ready: unknown = JSON.parse(line);
    const address =
      typeof ready === 'object' && ready !== null ? Object.entries(ready).find(([name]) => name === key) : undefined;
    return typeof address?.[1] === 'string' ? address[1] : undefined;
  } catch {
    return undefined;
  }
}

function failed(module: string, { exitCode, stderr }: ExitReport): HostError {
  const lines = stderr.trimEnd().split('\n').slice(-15);
  const how = exitCode === null ? 'was not ready in time' : `ended with exit code ${exitCode}`;
  return new HostError(
    'service_failed',
    `The generated service (python -m ${module}) ${how}.\n${lines.map((line) => `  ${line}`).join('\n')}`,
    'The lines above are its own. When they name a Python file of yours, mend it there.',
  );
}
