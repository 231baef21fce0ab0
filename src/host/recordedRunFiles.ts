import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { systemCode } from './errors.ts';
import { readNamedFiles } from './namedFiles.ts';

/** Where runs are kept as tests, from the folder of their workflow. */
export const recordedRunFolder = 'tests';

/**
 * The texts of the runs that are kept as tests beside a workflow file, by their path from its folder: of this workflow, and of
 * none that can be told.
 */
export async function recordedRunsBeside(path: string): Promise<ReadonlyMap<string, string>> {
  const names = (await namesIn(join(dirname(resolve(path)), recordedRunFolder))).toSorted();
  const texts = await readNamedFiles(
    path,
    names.filter((name) => name.endsWith('.run.json')).map((name) => `${recordedRunFolder}/${name}`),
  );
  return new Map([...texts].filter(([, text]) => [undefined, basename(path)].includes(workflowIn(text))));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) !== undefined) return [];
    throw error;
  }
}

function workflowIn(text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    const isNamed = typeof content === 'object' && content !== null && 'workflow' in content;
    return isNamed && typeof content.workflow === 'string' ? content.workflow : undefined;
  } catch {
    return undefined;
  }
}
