import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

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

/**
 * Does the same without blocking; when it is fulfilled the new bytes are on the disk, and stay there when the power fails.
 * `mayReplace` is asked in the last moment; gives whether it was so, and changes nothing otherwise.
 */
export async function writeDurably(
  path: string,
  content: string | Uint8Array,
  mayReplace: () => boolean = () => true,
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
    // What others write between these two is lost: they follow each other at once.
    if (mayReplace()) renameSync(beside, path);
    else {
      await rm(beside, { force: true });
      return false;
    }
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
  return true;
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
