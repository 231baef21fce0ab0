import { readFile, stat } from 'node:fs/promises';

import { HostError, systemCode } from './errors.ts';

/** A text file's content. Throws a HostError that names the file when it is missing, a folder, unreadable or not UTF-8. */
export async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * The content of a text file that has an end: of a pipe or a device, reading might never end. Throws as `readText`, also for what is
 * no plain file, or larger.
 * @param mostBytes the size up to which it is read
 */
export async function readPlainText(path: string, mostBytes: number): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!found.isFile() && !found.isDirectory())
    throw new HostError('not_a_file', `${path} is no plain file.`, 'Name a file that lies on a disk.');
  if (found.size > mostBytes)
    throw new HostError(
      'unreadable',
      `${path} has more than ${mostBytes} bytes.`,
      'Split it, or take out what is not needed.',
    );
  return readText(path);
}

function unreadable(path: string, error: unknown): HostError {
  const options = { cause: error };
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new HostError(
        'file_not_found',
        `${path} does not exist.`,
        'Check the path; it is taken from the current folder.',
        options,
      );
    case 'EISDIR':
      return new HostError(
        'not_a_file',
        `${path} is a folder.`,
        'Name the workflow file in it, such as chat.workflow.json.',
        options,
      );
    case 'EACCES':
    case 'EPERM':
      return new HostError(
        'unreadable',
        `${path} may not be read by this account.`,
        'Change its permissions (chmod u+r).',
        options,
      );
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return new HostError('unreadable', `${path} is not UTF-8 text.`, 'Save it as UTF-8.', options);
    default:
      return new HostError(
        'unreadable',
        `${path} cannot be read: ${String(error)}`,
        'Check the file and the disk.',
        options,
      );
  }
}

/** The text of bytes, or undefined where these are not text. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
