import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type Libsql from 'libsql';
import * as z from 'zod';

import { sha256 } from '../../../host/sha256.ts';
import type { Collection, Database, Entry, Page, Place } from './collection.ts';
import type { LibsqlConnection } from './libsqlConnection.ts';
import { rangeOf } from './place.ts';

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

const rowSchema = z.object({ id: z.string(), file: z.string(), at: z.number(), head: z.string() });

/** Collections in an SQLite database. */
export class LibsqlDatabase implements Database {
  readonly isLasting = true;
  readonly #connection: LibsqlConnection;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(connection: LibsqlConnection) {
    this.#connection = connection;
  }

  collection<Head>(name: string, head: z.ZodType<Head>): Collection<Head> {
    return new LibsqlCollection(this.#connection, name, head, (work) => {
      const done = this.#writing.then(work);
      this.#writing = done.catch(() => undefined);
      return done;
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    this.#connection.close();
  }
}

class LibsqlCollection<Head> implements Collection<Head> {
  readonly #connection: LibsqlConnection;
  readonly #name: string;
  readonly #head: z.ZodType<Head>;
  /** Does one piece of work after the other: what is put later must not be written before. */
  readonly #inTurn: (work: () => Promise<void>) => Promise<void>;

  constructor(
    connection: LibsqlConnection,
    name: string,
    head: z.ZodType<Head>,
    inTurn: (work: () => Promise<void>) => Promise<void>,
  ) {
    this.#connection = connection;
    this.#name = name;
    this.#head = head;
    this.#inTurn = inTurn;
  }

  async put({ id, file, at, head, body }: Entry<Head> & { readonly body: string }): Promise<void> {
    const headText = JSON.stringify(head);
    const bytes = Buffer.from(body);
    const hash = sha256(bytes);
    await this.#inTurn(async () => {
      const content = await deflate(bytes);
      const size = content.length + Buffer.byteLength(headText);
      this.#connection.transaction((database) => {
        this.#delete(database, 'id = ?', [id]);
        database.prepare('insert or ignore into bodies values (?, ?)').run(hash, content);
        database
          .prepare('insert into entries values (?, ?, ?, ?, ?, ?, ?)')
          .run(this.#name, id, file, at, headText, hash, size);
      });
    });
  }

  get(id: string): Entry<Head> | undefined {
    const row = this.#all('select id, file, at, head from entries where collection = ? and id = ?', id)[0];
    return row === undefined ? undefined : this.#entry(row);
  }

  async body(id: string): Promise<string | undefined> {
    const [row] = this.#all(
      'select content from bodies join entries on body = hash where collection = ? and id = ?',
      id,
    );
    if (row === undefined) return undefined;
    const { content } = z.object({ content: z.instanceof(ArrayBuffer) }).parse(row);
    return (await inflate(new Uint8Array(content))).toString('utf8');
  }

  list({ before = Number.MAX_VALUE, limit = -1, ...place }: Page): readonly Entry<Head>[] {
    const rows = this.#all(
      `select id, file, at, head from entries where collection = ? and file >= ? and file < ? and at < ?
       order by at desc, rowid desc limit ?`,
      ...rangeOf(place),
      before,
      limit,
    );
    return rows.flatMap((row) => this.#entry(row) ?? []);
  }

  remove({ ids, ...place }: Place & { readonly ids?: readonly string[] | undefined }): void {
    this.#connection.transaction((database) => {
      if (ids === undefined) this.#delete(database, 'file >= ? and file < ?', rangeOf(place));
      for (const id of ids ?? []) this.#delete(database, 'id = ?', [id]);
    });
    this.#connection.vacuum();
  }

  size(place: Place): number {
    const [row] = this.#all(
      'select coalesce(sum(size), 0) as size from entries where collection = ? and file >= ? and file < ?',
      ...rangeOf(place),
    );
    return z.object({ size: z.number() }).parse(row).size;
  }

  trim(place: Place, { mostBytes, oldest = 0 }: { readonly mostBytes: number; readonly oldest?: number }): void {
    const rows = this.#all(
      `select id from (select id, at, sum(size) over (order by at desc, rowid desc) as total from entries
         where collection = ? and file >= ? and file < ?) where total > ? or at < ?`,
      ...rangeOf(place),
      mostBytes,
      oldest,
    );
    if (rows.length > 0) this.remove({ ids: rows.map((row) => z.object({ id: z.string() }).parse(row).id) });
  }

  #all(sql: string, ...parameters: readonly (string | number)[]): readonly unknown[] {
    return this.#connection.read((database) => database.prepare(sql).all(this.#name, ...parameters));
  }

  #delete(database: Libsql.Database, which: string, parameters: readonly string[]): void {
    const bodies = database
      .prepare(`delete from entries where collection = ? and ${which} returning body`)
      .all(this.#name, ...parameters);
    const forget = database.prepare(
      'delete from bodies where hash = ? and not exists (select 1 from entries where body = hash)',
    );
    for (const row of bodies) forget.run(z.object({ body: z.string() }).parse(row).body);
  }

  #entry(row: unknown): Entry<Head> | undefined {
    const { head, ...entry } = rowSchema.parse(row);
    const parsed = this.#head.safeParse(JSON.parse(head));
    return parsed.success ? { ...entry, head: parsed.data } : undefined;
  }
}
