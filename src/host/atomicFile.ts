import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { systemCode } from './errors.ts';

/**
 * Writes a file so that a reader, or a crash, meets the old bytes or the new ones and nothing between. Its mode stays.
 * @param mode of a file that is new
 */
export function writeAtomically(path: string, content: string | Uint8Array, mode = 0o666): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = nameBeside(path);
  try {
    writeFileSync(beside, content, { mode });
    const old = statSync(path, { throwIfNoEntry: false });
    if (old?.isFile()) chmodSync(beside, old.mode);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Judges the bytes that lie somewhere; undefined where there is nothing. */
export type MayReplace = (present: Uint8Array | undefined) => boolean;

/**
 * Does the same without blocking; when it is fulfilled the new bytes are on the disk, and stay there when the power fails.
 * @param mayReplace is asked in the last moment
 * @returns whether it was so; nothing is changed otherwise
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
  mayReplace: MayReplace,
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true });
  const beside = nameBeside(path);
  try {
    const file = await open(beside, 'wx');
    try {
      await file.writeFile(content);
      const old = await stat(path).catch(() => undefined);
      if (old?.isFile()) await file.chmod(old.mode);
      await file.sync();
    } finally {
      await file.close();
    }
    if (!mayBeReplaced(path, mayReplace)) {
      await rm(beside, { force: true });
      return false;
    }
    renameSync(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
}

/**
 * Reading and judging a long text takes long enough for somebody else to write another: then that one is judged. What others write
 * between the last look and the rename, some microseconds, is lost, as no call of Node's does both.
 */
function mayBeReplaced(path: string, mayReplace: MayReplace): boolean {
  for (;;) {
    const held = openIfThere(path);
    try {
      // While it is held open no other file gets its number.
      const judged = held === undefined ? undefined : fstatSync(held, { bigint: true });
      if (!mayReplace(held === undefined ? undefined : readFileSync(held))) return false;
      if (isSameVersion(judged, statSync(path, { bigint: true, throwIfNoEntry: false }))) return true;
    } finally {
      if (held !== undefined) closeSync(held);
    }
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isSameVersion(one: BigIntStats | undefined, other: BigIntStats | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const identity = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
    [dev, ino, size, mtimeNs, ctimeNs].join();
  return identity(one) === identity(other);
}

/** A rename is on the disk once its folder is; Windows cannot open one, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const opened = await open(folder);
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

function nameBeside(path: string): string {
  return `${path}.${randomBytes(4).toString('hex')}.tmp`;
}

/** The name of the file that a write was meant for when a crash left `name` behind. */
export function targetOfLeftover(name: string): string | undefined {
  return /^(.+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
}
