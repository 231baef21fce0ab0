import type { Expr, SourceRange, Stmt } from './tree.ts';

/** Whole lines of a module: a statement, the head of one, or empty lines. */
export interface Chunk {
  /** Every line with its end. */
  readonly text: string;
  readonly lines: number;
  /** The node of the innermost statement around it that comes from one. */
  readonly node: string | undefined;
  /** It is the head of an `if` for the case that what the node tests does not hold. */
  readonly isNegated: boolean;
  /** What of it computes expressions of that node; lines count from the chunk's first, which is 0. */
  readonly expressions: readonly SourceRange[];
  /** The names of other modules in it. */
  readonly names: readonly ImportedName[];
}

export type ImportedName = Expr & { readonly kind: 'name' };

/** What was printed of a statement. */
export interface PrintedStatement {
  /** How many lines before it are empty. */
  readonly emptyLines: number;
  /** The chunks that it takes, its empty lines and everything inside of it included. */
  readonly count: number;
  readonly blocks: readonly PrintedBlock[];
}

/** What was printed of a block: statement by statement, in lists side by side, because most are gone through and nothing more. */
export interface PrintedBlock {
  readonly statements: readonly Stmt[];
  readonly printed: readonly PrintedStatement[];
  /** The `count` of each. */
  readonly counts: readonly number[];
  /** Its first chunk follows on so many others of the statement that it is in. */
  readonly offset: number;
}

/** Some items of a list that others came in place of. */
export interface Replacement<Item> {
  /** The index of the first of them. */
  readonly start: number;
  readonly count: number;
  readonly by: readonly Item[];
}

/**
 * The chunks of a module that is printed again: those that are kept, of which only the place is told, and the new ones. Without
 * a module before, all are new.
 */
export class ChunkList {
  readonly #before: readonly Chunk[];
  readonly #replacements: Replacement<Chunk>[] = [];
  /** Those since the last that was kept. */
  #added: Chunk[] = [];
  /** Where in the module before the kept ones end. */
  #end = 0;
  #length = 0;

  constructor(before: readonly Chunk[]) {
    this.#before = before;
  }

  /** How many chunks there are so far. */
  get length(): number {
    return this.#length;
  }

  add(chunk: Chunk): void {
    this.#added.push(chunk);
    this.#length += 1;
  }

  /** Keeps chunks of the module before. They come in the order that they had there. */
  keep(start: number, count: number): void {
    if (start !== this.#end || this.#added.length > 0) this.#replace(start);
    this.#end = start + count;
    this.#length += count;
  }

  /** What was replaced of the module before, in order. */
  replacements(): readonly Replacement<Chunk>[] {
    if (this.#end < this.#before.length || this.#added.length > 0) this.#replace(this.#before.length);
    return this.#replacements;
  }

  #replace(end: number): void {
    this.#replacements.push({ start: this.#end, count: end - this.#end, by: this.#added });
    this.#added = [];
    this.#end = end;
  }
}

/** A list with other items in place of some. @param replacements in order */
export function replaced<Item>(items: readonly Item[], replacements: readonly Replacement<Item>[]): readonly Item[] {
  const parts: (readonly Item[])[] = [];
  let end = 0;
  for (const { start, count, by } of replacements) {
    parts.push(items.slice(end, start), by);
    end = start + count;
  }
  return [...parts.flat(), ...items.slice(end)];
}
