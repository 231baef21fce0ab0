import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import * as z from 'zod';

import { HostError, systemCode } from './errors.ts';
import type { PlacesBelow } from './safePath.ts';
import { sha256 } from './sha256.ts';

export const manifestName = '.catalyst-manifest.json';

const hashes = z.record(z.string(), z.string());
const offerSchema = z.object({ name: z.string(), hash: z.string() });
/** Version 1 knew hashes alone. `texts` are the written texts by hash, as deflated JSON. */
const manifestSchema = z.union([
  z.object({ version: z.literal(1), files: hashes }),
  z.object({
    version: z.literal(2),
    files: hashes,
    /** Folders that were written before there were such files have none. */
    own: z.array(z.string()).default([]),
    pending: hashes,
    offers: z.record(z.string(), offerSchema),
    texts: z.string(),
  }),
]);

/** A new version that was put beside a file whose lines are the user's. */
export type Offer = z.infer<typeof offerSchema>;

/** What was last written into a folder. */
export interface ProjectRecord {
  /** By path, the sha256 of what was generated. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths of files that are written once and are the user's own. */
  readonly own: ReadonlySet<string>;
  /** By path, the sha256 of what a build that has not ended writes. */
  readonly pending: ReadonlyMap<string, string>;
  readonly offers: ReadonlyMap<string, Offer>;
  /** By sha256; what to merge with. */
  readonly texts: ReadonlyMap<string, string>;
}

const nothing: ProjectRecord = {
  files: new Map(),
  own: new Set(),
  pending: new Map(),
  offers: new Map(),
  texts: new Map(),
};

/** Without a readable manifest no file counts as ours. */
export function readRecord(places: PlacesBelow): ProjectRecord {
  try {
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(places.of(manifestName), 'utf8')));
    const files = new Map(Object.entries(manifest.files));
    if (manifest.version === 1) return { ...nothing, files };
    return {
      files,
      own: new Set(manifest.own),
      pending: new Map(Object.entries(manifest.pending)),
      offers: new Map(Object.entries(manifest.offers)),
      texts: unpacked(manifest.texts),
    };
  } catch (error) {
    if (error instanceof HostError) throw error;
    const isUnreadable = error instanceof SyntaxError || error instanceof z.ZodError;
    if (!isUnreadable && systemCode(error) !== 'ENOENT' && systemCode(error) !== 'ENOTDIR') throw error;
    return nothing;
  }
}

export function printRecord({ files, own, pending, offers, texts }: ProjectRecord): string {
  const packed = deflateSync(JSON.stringify(sorted(texts)), { level: 9 }).toString('base64');
  const manifest = {
    version: 2,
    files: sorted(files),
    own: [...own].toSorted(),
    pending: sorted(pending),
    offers: sorted(offers),
    texts: packed,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Whether both say the same, however their texts were packed. */
export function isSameRecord(one: ProjectRecord, other: ProjectRecord): boolean {
  const said = ({ files, own, pending, offers, texts }: ProjectRecord): string =>
    JSON.stringify([sorted(files), [...own].toSorted(), sorted(pending), sorted(offers), [...texts.keys()].toSorted()]);
  return said(one) === said(other);
}

function sorted<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function unpacked(texts: string): ReadonlyMap<string, string> {
  try {
    const all = hashes.parse(JSON.parse(inflateSync(Buffer.from(texts, 'base64')).toString('utf8')));
    return new Map(Object.entries(all).filter(([hash, text]) => sha256(text) === hash));
  } catch {
    return new Map();
  }
}
