import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { HostError } from '../../../host/errors.ts';
import { sha256 } from '../../../host/sha256.ts';
import { readPlainText } from '../../../host/textFile.ts';
import type { StoredText } from '../../protocol/index.ts';

/** As JSON in a body, with all its quotes escaped, this much can still be saved. */
export const mostFileBytes = 4_000_000;

const byteOrderMark = '\uFEFF';

/** A file as it lies on the disk; undefined when there is none. Throws a HostError where it cannot be read as a text. */
export async function readStored(path: string): Promise<StoredText | undefined> {
  try {
    const text = await readPlainText(path, mostFileBytes);
    return { text, hash: sha256(text) };
  } catch (error) {
    if (error instanceof HostError && error.code === 'file_not_found') return undefined;
    throw error;
  }
}

/** What is shown of a stored text: a file that the workflow names is read without its byte order mark, as CPython does. */
export function shownTo(source: string | undefined, stored: StoredText): StoredText {
  return source === undefined ? stored : { ...stored, text: stored.text.replace(/^\uFEFF/, '') };
}

/** The text to write so that a byte order mark that the file has stays. */
export function withMarkOf(old: StoredText | undefined, text: string): string {
  return old?.text.startsWith(byteOrderMark) && !text.startsWith(byteOrderMark) ? byteOrderMark + text : text;
}

/**
 * Whether a file may be changed. A file without any permission to write is meant to stay as it is, though the account
 * could put another in its place.
 */
export async function isWritable(path: string): Promise<boolean> {
  try {
    if (((await stat(path)).mode & 0o222) === 0) return false;
    await Promise.all([access(path, constants.W_OK), access(dirname(path), constants.W_OK)]);
    return true;
  } catch {
    return false;
  }
}
