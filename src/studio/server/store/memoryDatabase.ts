import type * as z from 'zod';

import type { Collection, Database, Entry, Page, Place } from './collection.ts';
import { rangeOf } from './place.ts';

/** Collections that end with the process, for machines where SQLite cannot be had. */
export class MemoryDatabase implements Database {
  readonly isLasting = false;
  readonly #collections = new Map<string, Map<string, Kept>>();

  collection<Head>(name: string, head: z.ZodType<Head>): Collection<Head> {
    const entries = this.#collections.get(name) ?? new Map<string, Kept>();
    this.#collections.set(name, entries);
    return new MemoryCollection(entries, head);
  }

  async close(): Promise<void> {
    this.#collections.clear();
  }
}

interface Kept extends Entry<unknown> {
  readonly body: string;
  readonly size: number;
}

class MemoryCollection<Head> implements Collection<Head> {
  readonly #entries: Map<string, Kept>;
  readonly #head: z.ZodType<Head>;

  constructor(entries: Map<string, Kept>, head: z.ZodType<Head>) {
    this.#entries = entries;
    this.#head = head;
  }

  async put(entry: Entry<Head> & { readonly body: string }): Promise<void> {
    this.#entries.delete(entry.id);
    const size = Buffer.byteLength(entry.body) + Buffer.byteLength(JSON.stringify(entry.head));
    this.#entries.set(entry.id, { ...structuredClone(entry), size });
  }

  get(id: string): Entry<Head> | undefined {
    const kept = this.#entries.get(id);
    return kept && this.#entry(kept);
  }

  async body(id: string): Promise<string | undefined> {
    return this.#entries.get(id)?.body;
  }

  list({ before = Number.MAX_VALUE, limit = Infinity, ...place }: Page): readonly Entry<Head>[] {
    const found = this.#newestFirst(place).filter(({ at }) => at < before);
    return found.slice(0, limit).map((kept) => this.#entry(kept));
  }

  remove({ ids, ...place }: Place & { readonly ids?: readonly string[] | undefined }): void {
    for (const id of ids ?? this.#newestFirst(place).map((kept) => kept.id)) this.#entries.delete(id);
  }

  size(place: Place): number {
    return this.#newestFirst(place).reduce((total, { size }) => total + size, 0);
  }

  trim(place: Place, { mostBytes, oldest = 0 }: { readonly mostBytes: number; readonly oldest?: number }): void {
    let total = 0;
    for (const { id, at, size } of this.#newestFirst(place)) {
      total += size;
      if (total > mostBytes || at < oldest) this.#entries.delete(id);
    }
  }

  #newestFirst(place: Place): readonly Kept[] {
    const [first, end] = rangeOf(place);
    const found = [...this.#entries.values()].filter(({ file }) => file >= first && file < end);
    return found.toReversed().toSorted((a, b) => b.at - a.at);
  }

  #entry({ id, file, at, head }: Kept): Entry<Head> {
    return { id, file, at, head: this.#head.parse(head) };
  }
}
