/**
 * A list that only grows. Adding gives a new list and leaves the old one as it was, without copying what both hold: a run of
 * ten thousand tokens stays cheap.
 */
export class Log<Item> implements Iterable<Item> {
  readonly length: number;
  readonly #items: Item[];

  constructor(items: Item[] = []) {
    this.#items = items;
    this.length = items.length;
  }

  with(added: readonly Item[]): Log<Item> {
    // Another list may have grown from this one already; what it added is not ours.
    const items = this.#items.length === this.length ? this.#items : this.#items.slice(0, this.length);
    for (const item of added) items.push(item);
    return new Log(items);
  }

  at(index: number): Item | undefined {
    return index < this.length ? this.#items[index] : undefined;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const [index, item] of this.#items.entries()) {
      if (index >= this.length) return;
      yield item;
    }
  }
}
