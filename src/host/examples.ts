import { cp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyEdits, modify } from 'jsonc-parser';

import { suggest } from '../core/workflow/suggest.ts';
import { writeAtomically } from './atomicFile.ts';
import { HostError, UsageError } from './errors.ts';
import { packageFolder } from './packageFolder.ts';
import { readText } from './textFile.ts';

/** A workflow that comes with Catalyst, in a folder with all that it needs. */
export interface Example {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly description: string;
  readonly text: string;
}

/** The examples, by name. */
export async function listExamples(): Promise<readonly Example[]> {
  const root = join(packageFolder(), 'examples');
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const examples: Example[] = [];
  for (const { name } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = join(root, name, `${name}.workflow.json`);
    if (!existsSync(file)) continue;
    const text = await readText(file);
    const { description = '' } = JSON.parse(text) as { description?: string };
    examples.push({ name, folder: join(root, name), file, description, text });
  }
  if (examples.length === 0)
    throw new HostError('file_not_found', `${root} holds no examples.`, 'Install or check out catalyst again.');
  return examples;
}

/** The example of that name. Throws a UsageError that names the others. */
export function requireExample(name: string, examples: readonly Example[]): Example {
  const example = examples.find((each) => each.name === name);
  if (example !== undefined) return example;
  const names = examples.map((each) => each.name);
  const meant = suggest(name, names);
  throw new UsageError(
    `There is no example ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
    `There are ${names.join(', ')}.`,
  );
}

/** Copies an example, with all that it needs, into a folder that does not exist yet, under a name of its own; gives the workflow file. */
export async function copyExample(example: Example, folder: string, name: string): Promise<string> {
  await cp(example.folder, folder, {
    recursive: true,
    filter: (path) => !/(^|[\\/])(__pycache__|\.catalyst|\.env)$/.test(relative(example.folder, path)),
  });
  const file = join(folder, `${name}.workflow.json`);
  const renamed = applyEdits(example.text, modify(example.text, ['name'], name, {}));
  writeAtomically(file, applyEdits(renamed, modify(renamed, ['$schema'], schemaReference(folder), {})));
  const copied = join(folder, `${example.name}.workflow.json`);
  if (copied !== file) await rm(copied);
  return file;
}

/** The other workflow files in the folder of one. */
export async function workflowsBeside(file: string): Promise<readonly string[]> {
  const names = await readdir(dirname(file));
  const others = names.filter((name) => name.endsWith('.workflow.json') && name !== basename(file));
  return others.toSorted().map((name) => join(dirname(file), name));
}

/** Where an editor finds the schema of workflow files, as seen from a folder. */
function schemaReference(folder: string): string {
  const path = relative(folder, join(packageFolder(), 'schema', 'workflow.schema.json'));
  // On another drive there is no relative path.
  return isAbsolute(path) ? pathToFileURL(path).href : path.replaceAll(sep, '/');
}
