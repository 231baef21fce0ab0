import { realpath } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

import { HostError, systemCode } from './errors.ts';
import { readPlainText } from './textFile.ts';

/** Python is parsed whole, a megabyte in about a second; nobody writes that by hand. */
const mostBytes = 1_000_000;

/**
 * The texts of files that a workflow file names, by their path from its folder. A file that is missing is left out, which
 * `check` reports at its place in the workflow file; a byte order mark is read as CPython reads it, as nothing. Throws
 * `outside_folder` when a name, followed through symbolic links, leads out of the folder of the workflow file.
 */
export async function readNamedFiles(
  workflowPath: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const root = await realpath(dirname(resolve(workflowPath)));
  const texts = new Map<string, string>();
  for (const name of names) {
    const place = await realPlace(resolve(root, name));
    if (place === undefined) continue;
    if (!place.startsWith(root + sep)) {
      throw new HostError(
        'outside_folder',
        `${workflowPath} names ${name}, which leads out of its folder.`,
        `Put the file below ${root}.`,
      );
    }
    texts.set(name, (await readPlainText(place, mostBytes)).replace(/^\uFEFF/, ''));
  }
  return texts;
}

const nowhere: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

async function realPlace(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error);
    // Links that go round, and a NUL in a name, have no place in a file system at all.
    if (nowhere.includes(code)) return undefined;
    throw error;
  }
}
