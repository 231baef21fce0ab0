import { constants, copyFileSync, existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { targetOfLeftover, writeAtomically } from './atomicFile.ts';
import { HostError, systemCode } from './errors.ts';
import { withFileLock, type LockOptions } from './fileLock.ts';
import { planProject, reportOf, type ProjectFile, type ProjectPlan, type WriteReport } from './projectPlan.ts';
import { isSameRecord, manifestName, printRecord } from './projectRecord.ts';
import { PlacesBelow } from './safePath.ts';
import { sha256 } from './sha256.ts';

export interface WriteOptions {
  /**
   * Takes the new version of edited files too. `backup` keeps what stood there, and leaves files that are written once alone;
   * `none` is for a folder that is all ours, such files included.
   */
  readonly force?: 'backup' | 'none' | undefined;
  /** Called before each step on the disk. */
  readonly onStep?: (() => void) | undefined;
}

/** What `updateProject` would do. Writes nothing. */
export function previewProject(folder: string, files: readonly ProjectFile[], options: WriteOptions = {}): WriteReport {
  const root = resolve(folder);
  return explainingFailure(root, () =>
    reportOf(planProject(new PlacesBelow(root), files, options.force !== undefined)),
  );
}

/** As `writeProject`, one process at a time; clears away what a killed one left. */
export async function updateProject(
  folder: string,
  files: readonly ProjectFile[],
  options: WriteOptions & LockOptions = {},
): Promise<WriteReport> {
  const root = resolve(folder);
  try {
    const work = async (): Promise<WriteReport> => {
      removeLeftovers(new PlacesBelow(root), files);
      return Promise.resolve(writeProject(root, files, options));
    };
    return await withFileLock(join(root, '.catalyst-lock'), work, options);
  } catch (error) {
    throw options.signal?.aborted ? error : explained(root, error);
  }
}

/**
 * Brings a folder up to date with a project's files. What a user edited is merged with what is new; where both changed the
 * same lines the user's stay and the new version is put beside the file. What will be written is noted in the manifest, then
 * come backups, new versions, files, and last the manifest, so that a rerun ends what a crash broke off. The hundred small
 * files of a project are read and written in one go: waiting for each costs ten times as much.
 */
export function writeProject(folder: string, files: readonly ProjectFile[], options: WriteOptions = {}): WriteReport {
  const root = resolve(folder);
  return explainingFailure(root, () => {
    const places = new PlacesBelow(root);
    const wanted = options.force === 'none' ? files.map(({ path, content }) => ({ path, content })) : files;
    const plan = planProject(places, wanted, options.force !== undefined);
    const backups = apply(root, places, plan, options);
    return { ...reportOf(plan), backups };
  });
}

function apply(root: string, places: PlacesBelow, plan: ProjectPlan, { force, onStep }: WriteOptions): string[] {
  const written = plan.steps.filter(({ change }) => change === 'created' || change === 'changed');
  if (written.length > 0) {
    onStep?.();
    const pending = new Map(written.map(({ path, write = '' }) => [path, sha256(write)]));
    writeAtomically(places.of(manifestName), printRecord({ ...plan.last, pending }));
  }
  const backups: string[] = [];
  for (const { path, isEdited, write, change } of plan.steps) {
    if (force !== 'backup' || !isEdited || (write === undefined && change !== 'removed')) continue;
    onStep?.();
    backups.push(backUp(places, path));
  }
  for (const { path, write } of [...plan.offers, ...plan.steps]) {
    if (write === undefined) continue;
    onStep?.();
    writeAtomically(places.of(path), write);
  }
  for (const path of [
    ...plan.steps.flatMap((step) => (step.change === 'removed' ? [step.path] : [])),
    ...plan.settled,
  ]) {
    onStep?.();
    removeFile(root, places.of(path));
  }
  const record = force === 'none' ? { ...plan.record, texts: new Map<string, string>() } : plan.record;
  if (!isSameRecord(record, plan.last)) {
    onStep?.();
    writeAtomically(places.of(manifestName), printRecord(record));
  }
  return backups;
}

/** Copies a file, or moves a folder, to a name that was free. */
function backUp(places: PlacesBelow, path: string): string {
  const place = places.of(path);
  for (let count = 0; ; count += 1) {
    const name = count === 0 ? `${path}.bak` : `${path}.bak${count}`;
    const target = places.of(name);
    if (existsSync(target)) continue;
    try {
      copyFileSync(place, target, constants.COPYFILE_EXCL);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue;
      // Where a folder stands, copying it as a file fails.
      if (!['EISDIR', 'EPERM', 'ERR_FS_EISDIR', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
      renameSync(place, target);
    }
    return name;
  }
}

function removeLeftovers(places: PlacesBelow, files: readonly ProjectFile[]): void {
  const known = new Set(
    [manifestName, ...files.flatMap(({ path }) => [path, `${path}.new`])].map((path) => places.of(path)),
  );
  for (const folder of new Set([...known].map((place) => dirname(place)))) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      const target = targetOfLeftover(name);
      if (target !== undefined && known.has(join(folder, target))) rmSync(join(folder, name), { force: true });
    }
  }
}

function removeFile(root: string, place: string): void {
  rmSync(place, { force: true });
  for (let folder = dirname(place); folder !== root && folder.startsWith(root); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

function explainingFailure<T>(root: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explained(root, error);
  }
}

function explained(root: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof HostError) return error;
  const hint =
    code === 'ENAMETOOLONG'
      ? 'A name in its path is longer than the file system allows; take a shorter --out.'
      : 'Check who owns the folder and whether the disk is full, or take another folder.';
  return new HostError('cannot_write', `${root} cannot be written (${code}).`, hint, { cause: error });
}
