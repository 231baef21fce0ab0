import { mkdir, open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemCode } from './errors.ts';

const refreshMs = 5_000;
const staleMs = 30_000;
const retryMs = 100;

export interface LockOptions {
  /** Called once when another process holds the lock. */
  readonly onWait?: (() => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` while no other process that asks for the same lock file runs its own.
 * A lock whose process has died, or that has not been refreshed for 30 s, is taken over; so the lock saves double work,
 * and what it guards must stay correct without it.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>, options: LockOptions = {}): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  for (let waited = false; !(await acquire(path));) {
    if (!waited) options.onWait?.();
    waited = true;
    await sleep(retryMs, undefined, options.signal === undefined ? {} : { signal: options.signal });
  }
  const refresh = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), refreshMs);
  refresh.unref();
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(String(process.pid));
    await file.close();
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
    if (await isStale(path)) await rm(path, { force: true });
    return false;
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const [holder, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return Date.now() - mtimeMs > staleMs || (holder !== '' && !isAlive(Number(holder)));
  } catch {
    return false;
  }
}

/** Whether a process with this id runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
