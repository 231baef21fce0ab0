import { readFile } from 'node:fs/promises';

import { HostError, systemCode } from './errors.ts';

/** A text file's content. Throws a HostError that names the file when it is missing, a folder, unreadable or not UTF-8. */
export async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    throw unreadable(path, error);
  }
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
