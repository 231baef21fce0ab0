import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type * as z from 'zod';

import { targetOfLeftover, writeDurably, type MayReplace } from '../../../host/atomicFile.ts';
import { HostError, systemCode } from '../../../host/errors.ts';
import { sha256 } from '../../../host/sha256.ts';
import type { saveSchema, StoredText } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import type { Files } from './files.ts';
import { placeOfSource } from './sources.ts';
import { isWritable, readStored, shownTo, withMarkOf } from './storedText.ts';

const leftoverAgeMs = 60_000;

/** Writes a text in the place of the version that it was made from. Throws a refusal with what lies there when that is another. */
export async function saveText(
  files: Files,
  file: string,
  { text, base, title, source, page, edition }: z.output<typeof saveSchema>,
): Promise<string> {
  const { workspace } = files;
  const workflowPlace = await workspace.placeOf(file);
  const root = source === undefined ? workspace.folder : dirname(workflowPlace);
  const place = source === undefined ? workflowPlace : await sourceOf(workflowPlace, source);
  return workspace.turns.take(place, async () => {
    const target = await workspace.target(place, root);
    const before = await readStored(target);
    const written = withMarkOf(before, text);
    const hash = sha256(written);
    if ((before?.hash ?? '') !== base) throw conflict(source, before);
    if (hash !== base) {
      if (before !== undefined && !(await isWritable(target))) throw readOnly(workspace.pathOf(place));
      const isWritten = await writeOrRefuse(
        target,
        workspace.pathOf(place),
        written,
        (present) => hashOf(present) === base,
      );
      if (!isWritten) throw conflict(source, await readStored(target));
      if (files.isFirstSave(target)) await removeLeftovers(target);
    }
    workspace.know(place, hash, { file, source });
    // What is said to be saved outlives a kill in the file and, if something outside then writes over it, in the history.
    await files.keepVersion(place, { text: written, hash }, { title, origin: 'studio', edition });
    files.emitToOthers(page, { type: 'file', file, ...(source !== undefined && { source }), stored: { text, hash } });
    if (source === undefined) await files.refreshEntry(place);
    return hash;
  });
}

function conflict(source: string | undefined, stored: StoredText | undefined): RefusedRequest {
  return new RefusedRequest(409, {
    code: 'conflict',
    message: stored === undefined ? 'The file is gone.' : 'Another version of the file lies on the disk.',
    hint: 'Nothing was overwritten: choose what is to stay.',
    ...(stored !== undefined && { stored: shownTo(source, stored) }),
  });
}

/** Empty where there is nothing. */
function hashOf(present: Uint8Array | undefined): string {
  return present === undefined ? '' : sha256(present);
}

/** What a killed process left beside a file; a younger one may still be at work. */
async function removeLeftovers(target: string): Promise<void> {
  const folder = dirname(target);
  for (const name of await readdir(folder)) {
    if (targetOfLeftover(name) !== basename(target)) continue;
    const leftover = join(folder, name);
    const age = Date.now() - ((await stat(leftover).catch(() => undefined))?.mtimeMs ?? Infinity);
    if (age > leftoverAgeMs) await rm(leftover, { force: true });
  }
}

async function sourceOf(workflowPlace: string, source: string): Promise<string> {
  const workflow = await readStored(workflowPlace);
  return placeOfSource(workflowPlace, workflow?.text ?? '', source);
}

function readOnly(path: string): RefusedRequest {
  return new RefusedRequest(403, {
    code: 'read_only',
    message: `${path} may not be changed: it is read-only.`,
    hint: 'Allow writing to it and its folder (chmod u+w). What you draw stays in this page until it can be saved.',
  });
}

/** Writes where `mayReplace` holds in the last moment, and gives whether it did; says in words for the page why it cannot be. */
export async function writeOrRefuse(
  target: string,
  path: string,
  text: string,
  mayReplace: MayReplace,
): Promise<boolean> {
  try {
    return await writeDurably(target, text, mayReplace);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') throw readOnly(path);
    if (code === undefined) throw error;
    throw new HostError(
      'cannot_write',
      `${path} cannot be written: ${code === 'ENOSPC' ? 'the disk is full' : String(error)}.`,
      'What you draw stays in this page until it can be saved.',
      { cause: error },
    );
  }
}
