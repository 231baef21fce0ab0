import * as z from 'zod';

import type { Collection, Database } from './collection.ts';

/** One value for each workflow file. */
export class FileEntries<Value> {
  readonly #collection: Collection<Record<string, never>>;
  readonly #schema: z.ZodType<Value>;
  readonly #missing: Value;

  constructor(database: Database, name: string, schema: z.ZodType<Value>, missing: Value) {
    this.#collection = database.collection(name, z.record(z.string(), z.never()));
    this.#schema = schema;
    this.#missing = missing;
  }

  /** What was set last; what it is before anything was, also where a later Catalyst wrote something else. */
  async get(file: string): Promise<Value> {
    const body = await this.#collection.body(file);
    if (body === undefined) return this.#missing;
    const parsed = this.#schema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : this.#missing;
  }

  async set(file: string, value: Value): Promise<void> {
    await this.#collection.put({ id: file, file, at: Date.now(), head: {}, body: JSON.stringify(value) });
  }
}
