import type * as z from 'zod';

/** What is kept of one thing: `head` is what lists show; its body, a text, is read when it is opened. */
export interface Entry<Head> {
  /** Chosen by who keeps it, unique in the collection. */
  readonly id: string;
  /** The workflow file that it belongs to, as an absolute path. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly head: Head;
}

/** Which entries are meant: those of a file, or of all files below a folder; absolute paths. */
export interface Place {
  readonly file?: string | undefined;
  readonly folder?: string | undefined;
}

export interface Page extends Place {
  /** Those from before this, in milliseconds since the epoch. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Entries of one kind. Bodies are compressed, and equal ones are kept once. */
export interface Collection<Head> {
  /** Keeps an entry, in the place of one with the same id; on disk when the promise is fulfilled. */
  put(entry: Entry<Head> & { readonly body: string }): Promise<void>;
  get(id: string): Entry<Head> | undefined;
  body(id: string): Promise<string | undefined>;
  /** The newest first. */
  list(page: Page): readonly Entry<Head>[];
  /** Forgets these, or all that lie there; the space they took is given back, and what stood in it overwritten. */
  remove(which: Place & { readonly ids?: readonly string[] | undefined }): void;
  /** What is kept of that place, in bytes. */
  size(place: Place): number;
  /** Forgets the oldest until no more than `mostBytes` are left, and those from before `oldest`. */
  trim(place: Place, limits: { readonly mostBytes: number; readonly oldest?: number | undefined }): void;
}

/** Where the Studio keeps its collections. */
export interface Database {
  /** Whether what is kept outlives this process. */
  readonly isLasting: boolean;
  /**
   * Opens a collection, made when it is new. An entry whose head does not fit the schema, because a later Catalyst wrote it,
   * is not listed; so a schema grows by optional keys and defaults.
   */
  collection<Head>(name: string, head: z.ZodType<Head>): Collection<Head>;
  /** Waits for what is being kept. */
  close(): Promise<void>;
}
