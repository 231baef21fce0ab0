/** Reproducible choices: the same seed gives the same ones (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to, without, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to pick from');
    return item;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  times<T>(most: number, make: (index: number) => T, least = 0): T[] {
    return Array.from({ length: least + this.below(most - least + 1) }, (_, index) => make(index));
  }
}

const hostile = [
  '"',
  "'",
  '\\',
  '"""',
  "'''",
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\b',
  '\f',
  '\v',
  '\u0001',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u00a0',
  '\u00e9',
  '\u2028',
  '\u2029',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\u{1f600}',
  '\u{10ffff}',
  '{',
  '}',
  '{{',
  '}}',
  '{x}',
  '\\n',
  '\\x41',
  '\\N{DASH}',
  '\\u0041',
  '#',
  '%s',
  '$',
  ' ',
  '  ',
  'a',
  'Z',
  '0',
  'word',
  '# -*- coding: utf-7 -*-',
  '\\"',
  "\\'",
];

export const hostileText = (random: Random): string => random.times(8, () => random.pick(hostile)).join('');
