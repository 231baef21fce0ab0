import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file so that a reader, or a crash, meets the old bytes or the new ones and nothing between. Its mode stays. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(beside, content);
    const old = statSync(path, { throwIfNoEntry: false });
    if (old?.isFile()) chmodSync(beside, old.mode);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

/** The name of the file that a write was meant for when a crash left `name` behind. */
export function targetOfLeftover(name: string): string | undefined {
  return /^(.+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1];
}
