import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const keptErrorCharacters = 16_000;
const defaultGraceMs = 3_000;

export interface StartOptions {
  readonly cwd?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line of standard error. */
  readonly onErrorLine?: ((line: string) => void) | undefined;
  /** Keeps the child's standard input open; it closes when this process ends, however it ends. */
  readonly holdInput?: boolean | undefined;
  /** How many more pipes it gets, from file descriptor 3 on; both ends can read and write. */
  readonly morePipes?: number | undefined;
}

export interface RunOptions extends StartOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface ExitReport {
  /** null when a signal ended the process, or when it could not be started. */
  readonly exitCode: number | null;
  /** The last part of standard error; when the process could not be started, why. */
  readonly stderr: string;
}

export interface RunningProcess {
  readonly pid: number | undefined;
  readonly stdoutLines: Interface;
  /** This side of the pipes from file descriptor 3 on. */
  readonly morePipes: readonly Duplex[];
  readonly exited: Promise<ExitReport>;
  /** Asks the process and all its children to end, and ends them by force after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * The child processes of this process. Each is the leader of a group of its own, so that stopping it stops its children
 * as well, and so that a Ctrl-C in the terminal reaches only us: we decide in which order things end.
 */
export class Processes {
  readonly #running = new Set<ChildProcess>();

  start(command: string, args: readonly string[], options: StartOptions): RunningProcess {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [
        options.holdInput ? 'pipe' : 'ignore',
        'pipe',
        'pipe',
        ...Array.from({ length: options.morePipes ?? 0 }, () => 'pipe' as const),
      ],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#running.add(child);
    child.stdin?.on('error', () => undefined);
    const morePipes = child.stdio.slice(3) as unknown as readonly Duplex[];
    // A child may end while something is written to it.
    for (const pipe of morePipes) pipe.on('error', () => undefined);
    let stderr = '';
    const errorLines = createInterface({ input: child.stderr as Readable });
    errorLines.on('line', (line) => {
      stderr = `${stderr}${line}\n`.slice(-keptErrorCharacters);
      options.onErrorLine?.(line);
    });
    const exited = new Promise<ExitReport>((resolve) => {
      child.once('error', (error) => {
        this.#running.delete(child);
        resolve({ exitCode: null, stderr: error.message });
      });
      child.once('close', (exitCode) => {
        this.#running.delete(child);
        resolve({ exitCode, stderr });
      });
    });
    return {
      pid: child.pid,
      stdoutLines: createInterface({ input: child.stdout as Readable }),
      morePipes,
      exited,
      stop: (graceMs = defaultGraceMs) => stop(child, exited, graceMs),
    };
  }

  /** Runs a command to its end. An aborted signal stops it and throws the signal's reason. */
  async run(
    command: string,
    args: readonly string[],
    options: RunOptions,
  ): Promise<ExitReport & { readonly stdout: string }> {
    options.signal?.throwIfAborted();
    const child = this.start(command, args, options);
    const lines: string[] = [];
    child.stdoutLines.on('line', (line) => lines.push(line));
    const onAbort = (): void => void child.stop(0);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const report = await child.exited;
    options.signal?.removeEventListener('abort', onAbort);
    options.signal?.throwIfAborted();
    return { ...report, stdout: lines.join('\n') };
  }

  /**
   * Runs a command to its end that writes where this process does; gives its exit code, null where a signal ended it. An aborted
   * signal asks it to end, and it takes as long for that as it needs.
   */
  async attach(
    command: string,
    args: readonly string[],
    { cwd, env, signal }: Pick<RunOptions, 'cwd' | 'env' | 'signal'>,
  ): Promise<number | null> {
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      cwd,
      env,
      // Its input closes when this process ends, however it ends.
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    this.#running.add(child);
    child.stdin.on('error', () => undefined);
    const onAbort = (): void => signalGroup(child, 'SIGTERM');
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#running.delete(child);
    }
  }

  /** Ends every child by force, at once; for the last moment before this process goes. */
  killAll(): void {
    for (const child of this.#running) signalGroup(child, 'SIGKILL');
  }
}

async function stop(child: ChildProcess, exited: Promise<ExitReport>, graceMs: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) signalGroup(child, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
  const abort = new AbortController();
  const ended = exited.then(() => true);
  const late = sleep(graceMs, false, { signal: abort.signal }).catch(() => true);
  if (!(await Promise.race([ended, late]))) signalGroup(child, 'SIGKILL');
  abort.abort();
  await exited;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
