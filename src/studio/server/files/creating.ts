import { existsSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';

import { newWorkflowText } from '../../../core/workflow/edits/index.ts';
import { isWorkflowName } from '../../../core/workflow/index.ts';
import { UsageError } from '../../../host/errors.ts';
import { copyExample, listExamples, requireExample } from '../../../host/examples.ts';
import { recordTrust } from '../../../host/trust.ts';
import { loadWorkflow } from '../../../host/workflowFiles.ts';
import type { FileEntry, NewFile } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import type { Files } from './files.ts';
import { writeOrRefuse } from './saving.ts';
import { readStored } from './storedText.ts';

/** Makes a workflow file: a copy of an example in a folder of its own, with its Python; or a text, or the smallest one. */
export async function createFile(
  files: Files,
  env: NodeJS.ProcessEnv,
  { name, example, text }: NewFile,
): Promise<FileEntry> {
  if (!isWorkflowName(name))
    throw new UsageError(
      `${JSON.stringify(name)} cannot be the name of a workflow.`,
      'Use lower-case letters, digits, - and _, such as my-bot.',
    );
  const { workspace } = files;
  const place = await workspace.turns.take(`new ${name}`, () =>
    example === undefined ? writeText(files, name, text ?? newWorkflowText(name)) : copy(files, env, name, example),
  );
  await files.refreshList();
  const id = workspace.idOf(place);
  const entry = (await workspace.files()).find((each) => each.id === id);
  if (entry === undefined) throw new Error(`${place} was made, but is not listed.`);
  return entry;
}

async function copy(files: Files, env: NodeJS.ProcessEnv, name: string, wanted: string): Promise<string> {
  const example = requireExample(wanted, await listExamples());
  const folder = join(files.workspace.folder, name);
  requireNothingAt(folder, name);
  const place = await copyExample(example, folder, name);
  // What comes with Catalyst may run, as with `catalyst new`.
  const { checked } = await loadWorkflow(place);
  if (checked !== undefined) recordTrust(env, checked);
  return place;
}

async function writeText(files: Files, name: string, text: string): Promise<string> {
  requireJson(text);
  const path = `${name}.workflow.json`;
  const place = await files.workspace.target(join(files.workspace.folder, path));
  requireNothingAt(place, path);
  if (!(await writeOrRefuse(place, path, text, (present) => present === undefined))) throw exists(path);
  return place;
}

function requireNothingAt(place: string, path: string): void {
  if (existsSync(place)) throw exists(path);
}

function exists(path: string): RefusedRequest {
  return new RefusedRequest(409, {
    code: 'exists',
    message: `There is ${path} already, and it is left as it is.`,
    hint: 'Take another name.',
  });
}

function requireJson(text: string): void {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  } catch {
    // Said below.
  }
  throw new RefusedRequest(422, {
    code: 'no_workflow',
    message: 'This text is no workflow: it is not a JSON object.',
    hint: 'Paste the whole content of a workflow file.',
  });
}

/** Deletes a workflow file; its last text stays in the local history. */
export async function deleteFile(files: Files, file: string): Promise<void> {
  const { workspace } = files;
  const place = await workspace.placeOf(file);
  await workspace.turns.take(place, async () => {
    await workspace.target(place);
    const stored = await readStored(place);
    if (stored !== undefined) {
      await files.withVersions(place, (versions) =>
        versions.add(place, stored, { title: 'Deleted', origin: 'studio' }),
      );
      await unlink(place);
    }
    workspace.know(place, undefined);
    files.emit({ type: 'file', file });
  });
  await files.refreshList();
}
