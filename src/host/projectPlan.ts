import { readFileSync } from 'node:fs';

import { systemCode } from './errors.ts';
import { readRecord, type Offer, type ProjectRecord } from './projectRecord.ts';
import type { PlacesBelow } from './safePath.ts';
import { sha256 } from './sha256.ts';
import { mergeThreeWays } from '../core/threeWayMerge.ts';
import { textOf } from './textFile.ts';

export interface ProjectFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly content: string;
  /**
   * For a file that is written where none stands and is the user's own from then on. `advice` says what to do about one that
   * was edited while it was still written by every build.
   */
  readonly writtenOnce?: { readonly advice: string };
}

export interface Conflict {
  readonly path: string;
  /** Where the user's text stands although the new version has another; none when they met in an earlier build. */
  readonly lines: readonly number[];
  /** The path of the new version. */
  readonly offered: string;
  /** What to do, where the file is the user's own from now on. */
  readonly advice?: string | undefined;
}

/** What happened to each path. */
export interface WriteReport {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  /** Edited by the user, and now with what is new as well. */
  readonly merged: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
  /** No longer generated, and left alone because they were edited. */
  readonly kept: readonly string[];
  /** Deleted by the user, and so not written again. */
  readonly deleted: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly backups: readonly string[];
}

type Change = Exclude<keyof WriteReport, 'conflicts' | 'backups'>;

interface Step {
  readonly path: string;
  readonly change: Change;
  /** Whether what stands there is not what was last written. */
  readonly isEdited: boolean;
  readonly write?: string | undefined;
  readonly conflictLines?: readonly number[];
}

export interface ProjectPlan {
  readonly steps: readonly Step[];
  /** New versions beside files; `write` where one is not there yet. */
  readonly offers: readonly { readonly path: string; readonly write: string | undefined }[];
  /** Offers that nobody needs any longer. */
  readonly settled: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly last: ProjectRecord;
  readonly record: ProjectRecord;
}

/** What stands at a path: bytes, nothing, or something that is not a file. */
type Standing = Uint8Array | 'nothing' | 'folder';

/** Decides what to do with each path, and touches nothing. */
export function planProject(places: PlacesBelow, files: readonly ProjectFile[], force: boolean): ProjectPlan {
  const own = new Set(files.flatMap(({ path, writtenOnce }) => (writtenOnce === undefined ? [] : [path])));
  const last = withWritten(readRecord(places), places, own);
  const wanted = new Map(files.map(({ path, content }) => [path, content]));
  const advice = new Map(files.map(({ path, writtenOnce }) => [path, writtenOnce?.advice]));
  const steps = files.map((file) => {
    const decide = file.writtenOnce === undefined ? stepFor : stepForOwn;
    return decide(file, standingAt(places, file.path), last, force);
  });
  for (const path of new Set([...last.files.keys(), ...last.pending.keys()])) {
    if (wanted.has(path)) continue;
    const current = standingAt(places, path);
    if (current === 'nothing') continue;
    const isEdited = !isWritten(last, path, hashOf(current));
    steps.push({ path, isEdited, change: isEdited && !force ? 'kept' : 'removed' });
  }
  const offers: { path: string; write: string | undefined }[] = [];
  const settled: string[] = [];
  const conflicts: Conflict[] = [];
  const openOffers = new Map<string, Offer>();
  for (const { path, change, write, conflictLines = [] } of steps) {
    const offer = last.offers.get(path);
    const standing = offer === undefined ? 'nothing' : standingAt(places, offer.name);
    const isOpen = standing !== 'nothing';
    const content = wanted.get(path);
    const isTaken = write === content || change === 'removed' || change === 'deleted' || isSame(places, path, content);
    if (conflictLines.length === 0 && (!isOpen || isTaken || content === undefined)) {
      if (isOpen && offer !== undefined && hashOf(standing) === offer.hash) settled.push(offer.name);
      continue;
    }
    if (content === undefined) continue;
    const hash = sha256(content);
    const isOurs = isOpen && hashOf(standing) === offer?.hash;
    const name = isOurs && offer !== undefined ? offer.name : freeName(places, `${path}.new`, hash);
    offers.push({ path: name, write: hashOf(standingAt(places, name)) === hash ? undefined : content });
    conflicts.push({ path, lines: conflictLines, offered: name, advice: advice.get(path) });
    openOffers.set(path, { name, hash });
  }
  const ours = files.filter(({ writtenOnce }) => writtenOnce === undefined);
  const hashes = new Map(ours.map(({ path, content }) => [path, sha256(content)]));
  const texts = new Map(ours.map(({ path, content }) => [hashes.get(path) ?? '', content]));
  return {
    steps,
    offers,
    settled,
    conflicts,
    last,
    record: { files: hashes, own: new Set([...last.own, ...own]), pending: new Map(), offers: openOffers, texts },
  };
}

export function reportOf({ steps, conflicts }: ProjectPlan): WriteReport {
  const paths = (wanted: Change): string[] =>
    steps.flatMap(({ path, change }) => (change === wanted ? [path] : [])).toSorted();
  return {
    created: paths('created'),
    changed: paths('changed'),
    merged: paths('merged'),
    unchanged: paths('unchanged'),
    removed: paths('removed'),
    kept: paths('kept'),
    deleted: paths('deleted'),
    conflicts,
    backups: [],
  };
}

function stepFor({ path, content }: ProjectFile, current: Standing, last: ProjectRecord, force: boolean): Step {
  const base = last.files.get(path);
  if (current === 'nothing')
    return base === undefined || force
      ? { path, change: 'created', isEdited: false, write: content }
      : { path, change: 'deleted', isEdited: true };
  const [now, next] = [hashOf(current), sha256(content)];
  if (now === next) return { path, change: 'unchanged', isEdited: false };
  const isEdited = !isWritten(last, path, now);
  if (!isEdited || force) return { path, change: 'changed', isEdited, write: content };
  if (base === next) return { path, change: 'unchanged', isEdited: true };
  const mine = current === 'folder' ? undefined : textOf(current);
  const baseText = base === undefined ? undefined : last.texts.get(base);
  if (mine === undefined || baseText === undefined)
    return { path, change: 'unchanged', isEdited: true, conflictLines: [1] };
  const { text, conflictLines } = mergeThreeWays(baseText, mine, content);
  if (text === mine) return { path, change: 'unchanged', isEdited: true, conflictLines };
  return { path, change: 'merged', isEdited: true, write: text, conflictLines };
}

/** As `stepFor`, for a file that is written once: what stands there is left alone unless an older version still wrote it. */
function stepForOwn({ path, content }: ProjectFile, current: Standing, last: ProjectRecord, force: boolean): Step {
  const wasOurs = !last.own.has(path) && last.files.has(path);
  if (current === 'nothing')
    return (last.own.has(path) || wasOurs) && !force
      ? { path, change: 'deleted', isEdited: true }
      : { path, change: 'created', isEdited: false, write: content };
  const now = hashOf(current);
  if (!wasOurs || now === sha256(content)) return { path, change: 'unchanged', isEdited: true };
  if (isWritten(last, path, now)) return { path, change: 'changed', isEdited: false, write: content };
  return { path, change: 'unchanged', isEdited: true, conflictLines: [1] };
}

/**
 * A record in which what a killed build has written, and still stands there, counts as what was written last: the note of the build
 * to come takes the place of that build's.
 */
function withWritten(last: ProjectRecord, places: PlacesBelow, own: ReadonlySet<string>): ProjectRecord {
  const [files, texts] = [new Map(last.files), new Map(last.texts)];
  for (const [path, hash] of last.pending) {
    const current = standingAt(places, path);
    if (typeof current === 'string' || own.has(path) || hashOf(current) !== hash) continue;
    files.set(path, hash);
    const text = textOf(current);
    if (text !== undefined) texts.set(hash, text);
  }
  return { ...last, files, texts };
}

/** Whether a build has written this, be it one that was killed. */
function isWritten({ files, pending }: ProjectRecord, path: string, hash: string): boolean {
  return hash === files.get(path) || hash === pending.get(path);
}

/** The first name that is free, or where these bytes stand already. */
function freeName(places: PlacesBelow, name: string, hash: string): string {
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${name}${count}`;
    const standing = standingAt(places, candidate);
    if (standing === 'nothing' || hashOf(standing) === hash) return candidate;
  }
}

function isSame(places: PlacesBelow, path: string, content: string | undefined): boolean {
  return content !== undefined && hashOf(standingAt(places, path)) === sha256(content);
}

function hashOf(standing: Standing): string {
  return typeof standing === 'string' ? standing : sha256(standing);
}

function standingAt(places: PlacesBelow, path: string): Standing {
  try {
    return readFileSync(places.of(path));
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'nothing';
    if (code === 'EISDIR') return 'folder';
    throw error;
  }
}
