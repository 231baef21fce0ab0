import { readFileSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';

import { writeAtomically } from './atomicFile.ts';
import { HostError, systemCode } from './errors.ts';
import { PlacesBelow } from './safePath.ts';
import { sha256 } from './sha256.ts';

export const manifestName = '.catalyst-manifest.json';

/** By path, the sha256 of what was last written there. */
const manifestSchema = z.object({ version: z.literal(1), files: z.record(z.string(), z.string()) });

export interface ProjectFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly content: string;
}

export interface WriteOptions {
  /** Overwrites and removes edited files too. */
  readonly force?: boolean | undefined;
}

/** What happened to each path. With conflicts, nothing was written. */
export interface WriteReport {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** No longer generated, and left alone because they were edited. */
  readonly kept: readonly string[];
  /** Not ours, or edited since we wrote them, and in the way of what is to be written. */
  readonly conflicts: readonly string[];
}

type Change = 'created' | 'changed' | 'unchanged' | 'removed' | 'kept' | 'conflicts' | 'gone';

/**
 * Brings a folder up to date with a project's files. It touches only files that it wrote itself and nobody edited since, and
 * only those whose bytes change; when another file is in the way it writes nothing and reports the conflict. The hundred small
 * files of a project are read and written in one go: waiting for each costs ten times as much.
 */
export function writeProject(folder: string, files: readonly ProjectFile[], options: WriteOptions = {}): WriteReport {
  const root = resolve(folder);
  const places = new PlacesBelow(root);
  const force = options.force ?? false;
  const written = readManifest(places);
  const changes = new Map<string, Change>();
  const wanted = new Map(files.map(({ path, content }) => [path, { content, hash: sha256(content) }]));
  for (const [path, { hash }] of wanted)
    changes.set(path, changeOf(hashAt(places, path), hash, written.get(path), force));
  for (const [path, hash] of written)
    if (!wanted.has(path)) changes.set(path, removalOf(hashAt(places, path), hash, force));
  const report = reportOf(changes);
  if (report.conflicts.length > 0) return report;

  explainingFailure(root, () => {
    for (const path of [...report.created, ...report.changed])
      writeAtomically(places.of(path), wanted.get(path)?.content ?? '');
    for (const path of report.removed) removeFile(root, places.of(path));
    writeManifest(root, new Map([...wanted].map(([path, { hash }]) => [path, hash])), written);
  });
  return report;
}

function changeOf(current: string | undefined, next: string, last: string | undefined, force: boolean): Change {
  if (current === undefined) return 'created';
  if (current === next) return 'unchanged';
  return current === last || force ? 'changed' : 'conflicts';
}

function removalOf(current: string | undefined, last: string, force: boolean): Change {
  if (current === undefined) return 'gone';
  return current === last || force ? 'removed' : 'kept';
}

function reportOf(changes: ReadonlyMap<string, Change>): WriteReport {
  const paths = (wanted: Change): string[] =>
    [...changes].flatMap(([path, change]) => (change === wanted ? [path] : [])).toSorted();
  return {
    created: paths('created'),
    changed: paths('changed'),
    unchanged: paths('unchanged'),
    removed: paths('removed'),
    kept: paths('kept'),
    conflicts: paths('conflicts'),
  };
}

function readManifest(places: PlacesBelow): ReadonlyMap<string, string> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(places.of(manifestName), 'utf8')));
    return new Map(Object.entries(manifest.files));
  } catch (error) {
    if (error instanceof HostError || !(error instanceof SyntaxError || error instanceof z.ZodError || isAbsent(error)))
      throw error;
    // Without a readable manifest no file counts as ours.
    return new Map();
  }
}

function writeManifest(root: string, hashes: ReadonlyMap<string, string>, last: ReadonlyMap<string, string>): void {
  const same = hashes.size === last.size && [...hashes].every(([path, hash]) => last.get(path) === hash);
  if (same) return;
  const files = Object.fromEntries([...hashes].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeAtomically(join(root, manifestName), `${JSON.stringify({ version: 1, files }, null, 2)}\n`);
}

function hashAt(places: PlacesBelow, path: string): string | undefined {
  try {
    return sha256(readFileSync(places.of(path)));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    // Something that is not a file stands there; no hash equals this, so it is a conflict.
    if (systemCode(error) === 'EISDIR') return 'folder';
    throw error;
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

function explainingFailure(root: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined || error instanceof HostError) throw error;
    throw new HostError(
      'cannot_write',
      `${root} cannot be written (${code}).`,
      'Check who owns the folder and whether the disk is full, or take another folder.',
      { cause: error },
    );
  }
}

function isAbsent(error: unknown): boolean {
  return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
}
