import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

import { readPlainText } from '../../../host/textFile.ts';
import { mostFileBytes } from './storedText.ts';

const mostDepth = 8;
const mostFolders = 2_000;
const mostFiles = 2_000;
/** A process may have some hundred files open. */
const readAtOnce = 64;
const suffix = '.workflow.json';

/** A workflow file, with what its text says of it where it can be read. */
export interface FoundFile {
  /** From the folder, with `/`. */
  readonly path: string;
  readonly name?: string;
  readonly description?: string;
  /** It cannot be read as JSON. */
  readonly isUnreadable?: true;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  /** There was more than is looked at. */
  readonly isCut: boolean;
}

/** Whether a folder is looked into: not what tools keep for themselves. */
export function isLookedInto(name: string): boolean {
  return !name.startsWith('.') && name !== 'node_modules' && name !== '__pycache__';
}

/** Whether a file is a workflow file by its name. */
export function isWorkflowFile(name: string): boolean {
  return name.endsWith(suffix) && !name.startsWith('.');
}

/**
 * The workflow files below a folder, in the order of their paths. Links to folders are not followed, and links to files only where
 * they stay below it.
 * @param also a file that is listed whatever it is called
 */
export async function scan(folder: string, also: string | undefined): Promise<Scan> {
  const paths = new Set<string>();
  let waiting = [folder];
  let folders = 0;
  let isCut = false;
  for (let depth = 0; waiting.length > 0 && !isCut; depth += 1) {
    if (depth > mostDepth || folders + waiting.length > mostFolders) {
      isCut = true;
      break;
    }
    folders += waiting.length;
    const entries = await Promise.all(waiting.map(entriesOf));
    waiting = [];
    for (const entry of entries.flat()) {
      const place = join(entry.parentPath, entry.name);
      if (entry.isDirectory() && isLookedInto(entry.name)) waiting.push(place);
      else if (isWorkflowFile(entry.name) && (entry.isFile() || (await isLinkWithin(folder, place)))) paths.add(place);
    }
    isCut = paths.size > mostFiles;
  }
  if (also !== undefined && (await stat(also).catch(() => undefined))?.isFile()) paths.add(also);
  const sorted = [...paths].toSorted(byNameAndNumber).slice(0, mostFiles);
  const files: FoundFile[] = [];
  for (let i = 0; i < sorted.length; i += readAtOnce)
    files.push(...(await Promise.all(sorted.slice(i, i + readAtOnce).map((path) => describe(folder, path)))));
  return { files, isCut };
}

/** As people count: `flow-9` before `flow-10`. */
const byNameAndNumber = new Intl.Collator('en', { numeric: true }).compare;

/** What cannot be read, or went away meanwhile, holds nothing. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

async function isLinkWithin(folder: string, place: string): Promise<boolean> {
  const target = await realpath(place).catch(() => undefined);
  return target !== undefined && target.startsWith(folder + sep) && (await stat(target)).isFile();
}

/** What the text of a workflow file says of it. */
export async function describe(folder: string, place: string): Promise<FoundFile> {
  const path = relative(folder, place).replaceAll(sep, '/');
  try {
    const value = JSON.parse((await readPlainText(place, mostFileBytes)).replace(/^\uFEFF/, '')) as unknown;
    const { name, description } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    return {
      path,
      ...(typeof name === 'string' && { name }),
      ...(typeof description === 'string' && { description }),
    };
  } catch {
    return { path, isUnreadable: true };
  }
}
