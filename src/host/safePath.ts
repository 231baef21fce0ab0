import { lstat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';

import { HostError, systemCode } from './errors.ts';

/**
 * The place of a relative posix path below `root`. Throws `unsafe_path` for anything that could lie elsewhere: absolute paths,
 * `..`, backslashes, drive letters, control characters, and a symbolic link on the way.
 */
export async function placeBelow(root: string, path: string): Promise<string> {
  const parts = path.split('/');
  const unsafe = parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\u0000-\u001f]/.test(part));
  const place = resolve(root, ...parts);
  if (unsafe || !place.startsWith(resolve(root) + sep))
    throw notBelow(root, path, 'it does not stay below that folder');
  let folder = root;
  for (const part of parts) {
    folder = join(folder, part);
    if (await isLink(folder)) throw notBelow(root, path, `${folder} is a symbolic link`);
  }
  return place;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return false;
    throw error;
  }
}

function notBelow(root: string, path: string, why: string): HostError {
  return new HostError(
    'unsafe_path',
    `${JSON.stringify(path)} cannot be written below ${root}: ${why}.`,
    'Take another --out, or put a plain file or folder in its place.',
  );
}
