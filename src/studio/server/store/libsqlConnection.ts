import { existsSync, renameSync } from 'node:fs';
import type LibsqlDatabase from 'libsql';

/** Another Studio writes for milliseconds. */
const busyMs = 5_000;

/** One step a version; a database is brought from the version that it has to the last. What was released stays as it is. */
const migrations: readonly string[] = [
  `create table bodies (hash text primary key, content blob not null);
   create table entries (
     collection text not null, id text not null, file text not null, at real not null,
     head text not null, body text not null references bodies (hash), size integer not null,
     primary key (collection, id));
   create index entries_by_file on entries (collection, file, at);
   create index entries_by_body on entries (body);`,
];

/** The database was written by a later Catalyst, whose tables are not known here. */
export class NewerDatabase extends Error {}

/** An open database file, which is made anew when it turns out to be broken. */
export class LibsqlConnection {
  readonly #libsql: typeof LibsqlDatabase;
  readonly #path: string;
  readonly #onNotice: (text: string) => void;
  #database: LibsqlDatabase.Database;

  constructor(libsql: typeof LibsqlDatabase, path: string, onNotice: (text: string) => void) {
    this.#libsql = libsql;
    this.#path = path;
    this.#onNotice = onNotice;
    try {
      this.#database = this.#open();
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#putAside();
      this.#database = this.#open();
    }
  }

  /** Reads; once more, from an empty database, when this one is broken. */
  read<T>(work: (database: LibsqlDatabase.Database) => T): T {
    try {
      return work(this.#database);
    } catch (error) {
      if (!isCorrupt(error)) throw error;
      this.#database.close();
      this.#putAside();
      this.#database = this.#open();
      return work(this.#database);
    }
  }

  /** Changes something, all of it or nothing. */
  transaction<T>(work: (database: LibsqlDatabase.Database) => T): T {
    return this.read((database) => database.transaction(() => work(database)).immediate());
  }

  /** Gives pages that nothing stands in any more back to the disk. */
  vacuum(): void {
    this.read((database) => database.exec('pragma incremental_vacuum; pragma wal_checkpoint(TRUNCATE)'));
  }

  close(): void {
    this.#database.close();
  }

  #open(): LibsqlDatabase.Database {
    const database = new this.#libsql(this.#path, { timeout: busyMs });
    try {
      // Only before there are tables; what is forgotten is then given back, and overwritten.
      database.pragma('auto_vacuum = INCREMENTAL');
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = NORMAL');
      database.pragma('secure_delete = ON');
      database.transaction(() => migrate(database)).immediate();
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #putAside(): void {
    const aside = `${this.#path}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(this.#path + suffix)) renameSync(this.#path + suffix, aside + suffix);
    this.#onNotice(`The Studio's database was broken. It now lies in ${aside}, and a new one was begun.`);
  }
}

function migrate(database: LibsqlDatabase.Database): void {
  const { user_version: version } = database.pragma('user_version', { simple: true }) as { user_version: number };
  if (version > migrations.length) throw new NewerDatabase();
  for (const step of migrations.slice(version)) database.exec(step);
  if (version < migrations.length) database.pragma(`user_version = ${migrations.length}`);
}

function isCorrupt(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^SQLITE_(CORRUPT|NOTADB)/.test(code);
}
