/** Lets pieces of work about one thing happen one after the other. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does the work when all that was asked for before about the same thing has been done. */
  async take<T>(thing: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(thing) ?? Promise.resolve();
    const done = before.then(work);
    const settled = done.catch(() => undefined);
    this.#last.set(thing, settled);
    try {
      return await done;
    } finally {
      if (this.#last.get(thing) === settled) this.#last.delete(thing);
    }
  }

  /** Waits until everything that was asked for has been done. */
  async settled(): Promise<void> {
    while (this.#last.size > 0) await Promise.all(this.#last.values());
  }
}
