import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';

import { HostError, UsageError } from '../../../host/errors.ts';
import { readPlainText } from '../../../host/textFile.ts';
import { mostFileBytes } from './storedText.ts';

/** What the Studio is to show: a folder, and the file in it that was asked for. Real paths. */
export interface Opened {
  readonly folder: string;
  readonly file: string | undefined;
}

/**
 * Finds out what a path on the command line means. Throws in words of its own for what does not exist, cannot be read, or is
 * no workflow; a workflow file with mistakes is one.
 */
export async function findOpened(cwd: string, path = '.'): Promise<Opened> {
  const place = resolve(cwd, path);
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) {
    await requireReadable(place, path);
    return { folder: await realpath(place), file: undefined };
  }
  const text = await readPlainText(place, mostFileBytes).catch((error: unknown) => {
    if (!(error instanceof HostError) || error.code !== 'file_not_found') throw error;
    throw new HostError(
      'file_not_found',
      `${path} does not exist.`,
      'Name a workflow file, or a folder with workflow files; `catalyst new my-bot` makes one.',
      { cause: error },
    );
  });
  if (!place.endsWith('.workflow.json') && !looksLikeWorkflow(text))
    throw new UsageError(
      `${path} is no workflow file.`,
      'Name a file that ends with .workflow.json, or a folder with such files.',
    );
  const [folder, target] = await Promise.all([realpath(dirname(place)), realpath(place)]);
  // A link to a file elsewhere: that file, in its own folder.
  if (!target.startsWith(folder + sep)) return { folder: dirname(target), file: target };
  return { folder, file: join(folder, basename(place)) };
}

async function requireReadable(folder: string, path: string): Promise<void> {
  try {
    await access(folder, constants.R_OK | constants.X_OK);
  } catch (error) {
    throw new HostError(
      'unreadable',
      `${path} may not be read by this account.`,
      'Change its permissions (chmod u+rx), or name another folder.',
      { cause: error },
    );
  }
}

function looksLikeWorkflow(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && 'nodes' in value && Array.isArray(value.nodes);
  } catch {
    return false;
  }
}
