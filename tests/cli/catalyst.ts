import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

import { cacheFolder } from '../../src/host/cacheFolder.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';

const repository = resolve(import.meta.dirname, '../..');
const catalyst = join(repository, 'dist', 'catalyst.js');

export const examples = join(repository, 'examples');

/** What standard output said, and when. */
export interface Chunk {
  readonly text: string;
  readonly atMs: number;
}

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly chunks: readonly Chunk[];
}

export interface Session {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Waits until standard output or standard error has matched, and gives the match. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
}

/** A user in an empty folder: no key, a cache folder that trusts nothing yet, and the Python environments of this machine. */
export class User {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.folder = folder;
    this.env = env;
  }

  static async create(env: NodeJS.ProcessEnv = {}): Promise<User> {
    const [folder, cache] = [await temporaryFolder(), await temporaryFolder()];
    const environments = join(cacheFolder(process.env), 'python');
    await mkdir(environments, { recursive: true });
    await symlink(environments, join(cache, 'python'));
    const {
      OPENAI_API_KEY: _key,
      OPENAI_BASE_URL: _url,
      CATALYST_TRUST: _trust,
      FORCE_COLOR: _colour,
      ...rest
    } = process.env;
    return new User(folder, { ...rest, CATALYST_CACHE_DIR: cache, ...env });
  }

  start(...args: string[]): Session {
    const started = performance.now();
    const child = spawn(process.execPath, [catalyst, ...args], { cwd: this.folder, env: this.env, stdio: 'pipe' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const chunks: Chunk[] = [];
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      chunks.push({ text, atMs: performance.now() - started });
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const finished = new Promise<Finished>((resolvePromise) => {
      child.once('close', (exitCode) => resolvePromise({ exitCode, stdout, stderr, chunks }));
    });
    let ended = false;
    void finished.then(() => (ended = true));
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match !== null) return match;
        if (ended) throw new Error(`catalyst ended without ${String(pattern)}:\n${stdout}\n${stderr}`);
        await sleep(10);
      }
    };
    return { child, finished, until };
  }

  async catalyst(...args: string[]): Promise<Finished> {
    const session = this.start(...args);
    session.child.stdin?.end();
    return session.finished;
  }

  async catalystWithInput(input: string, ...args: string[]): Promise<Finished> {
    const session = this.start(...args);
    session.child.stdin?.end(input);
    return session.finished;
  }

  /** The ids of the processes that work in the user's folder or below it. */
  async processesBelow(): Promise<readonly string[]> {
    const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => '')));
    return ids.filter((_, index) => folders[index]?.startsWith(join(this.folder, '.catalyst')));
  }

  async untilNoProcessesBelow(): Promise<readonly string[]> {
    // Python sees by itself that its parent is gone, which takes a while on a busy machine.
    for (let round = 0; round < 1_000; round += 1) {
      if ((await this.processesBelow()).length === 0) return [];
      await sleep(20);
    }
    return this.processesBelow();
  }
}
