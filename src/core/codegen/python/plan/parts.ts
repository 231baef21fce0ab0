import type { Item } from './regions.ts';

/** Items up to an item that waits for all of them and for which all later ones wait; none such ends the last section. */
export interface Section {
  /** In the given order. */
  readonly before: readonly Item[];
  readonly bottleneck: Item | undefined;
}

/** Cuts items at those that everything else either leads to or waits for. Items never wait for one another in a circle. */
export function sectionsOf(items: readonly Item[]): readonly Section[] {
  const next = neighbours(items, (item) => item.next);
  const previous = new Map<Item, Item[]>(items.map((item) => [item, []]));
  for (const [item, others] of next) for (const other of others) previous.get(other)?.push(item);
  const fromStart = loneliness(items, next, previous);
  const fromEnd = loneliness(items, previous, next);
  // What comes before and what comes behind it is then all there is.
  const bottlenecks = items
    .filter((item) => (fromStart.get(item) ?? NaN) + (fromEnd.get(item) ?? NaN) === items.length - 1)
    .toSorted((a, b) => (fromStart.get(a) ?? 0) - (fromStart.get(b) ?? 0));
  return cut(items, bottlenecks, previous);
}

/** Sorts the items between bottlenecks into their sections. */
function cut(
  items: readonly Item[],
  bottlenecks: readonly Item[],
  previous: ReadonlyMap<Item, readonly Item[]>,
): readonly Section[] {
  const sections = [...bottlenecks, undefined].map((bottleneck) => ({ before: [] as Item[], bottleneck }));
  const sectionOf = new Map<Item, number>();
  for (const [index, start] of bottlenecks.entries()) {
    sectionOf.set(start, index);
    const stack = [start];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      for (const other of previous.get(item) ?? []) {
        if (sectionOf.has(other)) continue;
        sectionOf.set(other, index);
        stack.push(other);
      }
    }
  }
  for (const item of items) {
    const section = sections[sectionOf.get(item) ?? bottlenecks.length];
    if (section !== undefined && section.bottleneck !== item) section.before.push(item);
  }
  return sections.filter(({ before, bottleneck }) => before.length > 0 || bottleneck !== undefined);
}

/**
 * Walks along `next` from the items nothing of `previous` leads to. For each item that is at some time the only one that can
 * come next, so that all left over hang on it: how many came before it.
 */
function loneliness(
  items: readonly Item[],
  next: ReadonlyMap<Item, readonly Item[]>,
  previous: ReadonlyMap<Item, readonly Item[]>,
): ReadonlyMap<Item, number> {
  const waiting = new Map(items.map((item) => [item, previous.get(item)?.length ?? 0]));
  const ready = items.filter((item) => waiting.get(item) === 0);
  const lonely = new Map<Item, number>();
  for (let count = 0; ready.length > 0; count += 1) {
    const item = ready.pop();
    if (item === undefined) break;
    if (ready.length === 0) lonely.set(item, count);
    for (const other of next.get(item) ?? []) {
      const left = (waiting.get(other) ?? 0) - 1;
      waiting.set(other, left);
      if (left === 0) ready.push(other);
    }
  }
  return lonely;
}

/** The items that an item leads to, without those that are not at hand. */
function neighbours(items: readonly Item[], of: (item: Item) => Iterable<Item>): ReadonlyMap<Item, readonly Item[]> {
  const inside = new Set(items);
  return new Map(items.map((item) => [item, [...of(item)].filter((other) => inside.has(other))]));
}

/** The parts of `items` that no edge connects, each in the given order. */
export function components(items: readonly Item[]): readonly (readonly Item[])[] {
  const connected = new Map<Item, Item[]>(items.map((item) => [item, []]));
  for (const item of items) {
    for (const next of item.next) {
      connected.get(next)?.push(item);
      if (connected.has(next)) connected.get(item)?.push(next);
    }
  }
  const partOf = new Map<Item, number>();
  let parts = 0;
  for (const item of items) {
    if (partOf.has(item)) continue;
    const stack = [item];
    partOf.set(item, parts);
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      for (const other of connected.get(current) ?? []) {
        if (partOf.has(other)) continue;
        partOf.set(other, parts);
        stack.push(other);
      }
    }
    parts += 1;
  }
  const result: Item[][] = Array.from({ length: parts }, () => []);
  for (const item of items) result[partOf.get(item) ?? 0]?.push(item);
  return result;
}

/** What waits for all items that wait for nothing; where there is nothing such, what waits for at least two of them. */
export function sharedBehind(items: readonly Item[]): ReadonlySet<Item> {
  const next = neighbours(items, (item) => item.next);
  const waited = new Set([...next.values()].flat());
  const sources = items.filter((item) => !waited.has(item));
  const reachedBy = new Map<Item, number>();
  for (const source of sources) {
    const seen = new Set([source]);
    const stack = [source];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      reachedBy.set(item, (reachedBy.get(item) ?? 0) + 1);
      for (const other of next.get(item) ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        stack.push(other);
      }
    }
  }
  const behind = (count: number): ReadonlySet<Item> =>
    new Set(items.filter((item) => (reachedBy.get(item) ?? 0) >= count));
  const all = behind(sources.length);
  return all.size > 0 ? all : behind(2);
}
