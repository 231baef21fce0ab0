import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type * as z from 'zod';

import { editionSchema, versionSchema, type Edition, type StoredText, type Version } from '../../protocol/index.ts';
import type { Collection, Database } from './collection.ts';

/** Of all files of a folder, in bytes as they are compressed. */
const mostBytes = 50_000_000;
const mostAgeMs = 180 * 24 * 3_600_000;
/** What was typed on and on into one field is one version, begun anew after this time. */
const togetherMs = 10_000;
const trimEvery = 100;
const mostListed = 1_000;

const headSchema = versionSchema
  .pick({ title: true, origin: true, hash: true })
  .extend({ edition: editionSchema.optional() });
type Head = z.output<typeof headSchema>;
/** How a text came to be. */
export type VersionOrigin = Omit<Head, 'hash'>;

/** The local history: texts that files have had. */
export class Versions {
  readonly #collection: Collection<Head>;
  readonly #now: () => number;
  #added = 0;

  constructor(database: Database, now: () => number = Date.now) {
    this.#collection = database.collection('versions', headSchema);
    this.#now = now;
  }

  /** Keeps a text as the newest version of a file, unless that is the same already. */
  async add(file: string, { text, hash }: StoredText, { title, origin, edition }: VersionOrigin): Promise<void> {
    const [newest] = this.#collection.list({ file, limit: 1 });
    if (newest?.head.hash === hash) return;
    const now = this.#now();
    const isOnward =
      newest !== undefined &&
      origin === 'studio' &&
      newest.head.origin === origin &&
      newest.head.title === title &&
      newest.head.edition?.by === edition?.by &&
      now - newest.at < togetherMs;
    // Of two in the same millisecond the later stays the newest.
    const at = isOnward ? newest.at : Math.max(now, (newest?.at ?? 0) + 0.001);
    const id = isOnward ? newest.id : randomBytes(12).toString('base64url');
    await this.#collection.put({ id, file, at, head: { title, origin, hash, edition }, body: text });
    if (this.#added % trimEvery === 0)
      this.#collection.trim({ folder: dirname(file) }, { mostBytes, oldest: now - mostAgeMs });
    this.#added += 1;
  }

  /** The versions of a file, the newest first. */
  list(file: string): readonly Version[] {
    return this.#collection
      .list({ file, limit: mostListed })
      .map(({ id, at, head: { edition: _edition, ...head } }) => ({ id, at, ...head }));
  }

  /** Whether a page's text was kept in this state or a later one. */
  hasEdition(file: string, { by, count }: Edition): boolean {
    return this.#collection
      .list({ file, limit: mostListed })
      .some(({ head: { edition } }) => edition?.by === by && edition.count >= count);
  }

  /** The text of a version of this very file. */
  async text(file: string, id: string): Promise<StoredText | undefined> {
    const entry = this.#collection.get(id);
    if (entry?.file !== file) return undefined;
    const text = await this.#collection.body(id);
    return text === undefined ? undefined : { text, hash: entry.head.hash };
  }
}
