import { dirname, join, sep } from 'node:path';

import { HostError } from '../../../host/errors.ts';
import type { StoredText } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import { realTarget } from './realTarget.ts';
import { readStored } from './storedText.ts';

/** The files that a workflow file names, by their path from its folder; undefined for those that are not there. */
export type Sources = ReadonlyMap<string, StoredText | undefined>;

/** Reads what a workflow text names, and what that names. What cannot be read, or leads out of the folder, is as if it were not there. */
export async function readStoredSources(workflowPlace: string, text: string): Promise<Sources> {
  const names = await namesIn(workflowPlace, text);
  const folder = dirname(workflowPlace);
  const stored = names.map(async (name) => [name, await readWithin(folder, join(folder, name))] as const);
  return new Map(await Promise.all(stored));
}

/** Where a file lies that a workflow text names. Throws a refusal for every other name. */
export async function placeOfSource(workflowPlace: string, text: string, name: string): Promise<string> {
  const names = await namesIn(workflowPlace, text);
  if (names.includes(name)) return join(dirname(workflowPlace), name);
  throw new RefusedRequest(404, {
    code: 'unknown_source',
    message: `The workflow does not name ${JSON.stringify(name)}.`,
    hint: 'Name the file in a node, and save the workflow first.',
  });
}

async function namesIn(workflowPlace: string, text: string): Promise<readonly string[]> {
  const [{ namesNoFile, parse, sourceFiles }, { readSources }] = await Promise.all([
    import('../../../core/workflow/index.ts'),
    import('../../../host/workflowFiles.ts'),
  ]);
  if (namesNoFile(text)) return (await readSources(workflowPlace, () => [])).names;
  const parsed = parse(text);
  if (!parsed.ok) return [];
  try {
    return (await readSources(workflowPlace, (known) => sourceFiles(parsed.value, known))).names;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    // One of them cannot be read: what the file names by itself.
    return sourceFiles(parsed.value);
  }
}

/** What lies at the place of a source; undefined where it cannot be read, or leads out of the folder of its workflow. */
export async function readWithin(folder: string, place: string): Promise<StoredText | undefined> {
  const target = await realTarget(place, folder);
  if (target === undefined || !target.startsWith(folder + sep)) return undefined;
  try {
    return await readStored(target);
  } catch (error) {
    if (error instanceof HostError) return undefined;
    throw error;
  }
}
