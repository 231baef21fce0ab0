import type { Expr, Origin, SourceRange, Stmt } from './tree.ts';

/** Whole lines of a module: a statement, the head of one, or empty lines. */
export interface Chunk {
  readonly kind: 'chunk';
  /** Every line with its end. */
  readonly text: string;
  readonly lines: number;
  /** The columns that its last line takes. */
  readonly endColumn: number;
  /** The node that it comes from, when it is all of a statement; where that starts in its first line. */
  readonly statement?: { readonly node: string; readonly column: number };
  readonly origins: readonly PlacedOrigin[];
  /** The names of other modules in it. */
  readonly names: readonly (Expr & { kind: 'name' })[];
}

/** A fragment that comes from a node; lines count from the chunk's first, which is 0. */
export interface PlacedOrigin extends Origin {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A printed module in pieces. A statement of several chunks that comes from a node lies between `open` and `close`. */
export type Part =
  | Chunk
  | { readonly kind: 'open'; readonly node: string; readonly column: number }
  | { readonly kind: 'close' };

/** What was printed of each statement: one that is printed again gives the same parts. */
export type PrintMemory = ReadonlyMap<Stmt, { readonly indent: number; readonly parts: readonly Part[] }>;

/** Where a statement of a node stands, and the fragments of that node in it. */
export interface PlacedStatement {
  readonly node: string;
  readonly startLine: number;
  readonly startColumn: number;
  endLine: number;
  endColumn: number;
  /** The chunk that is all of it. */
  readonly chunk: Chunk | undefined;
  readonly expressions: SourceRange[];
}

/** The statements of nodes in the order of their starts. @param firstLine the number of the first part's first line */
export function placedStatements(parts: readonly Part[], firstLine: number): readonly PlacedStatement[] {
  const placed: PlacedStatement[] = [];
  const open: PlacedStatement[] = [];
  let line = firstLine;
  let last = { endLine: firstLine, endColumn: 0 };
  for (const part of parts) {
    if (part.kind === 'close') {
      const closed = open.pop();
      if (closed !== undefined) Object.assign(closed, last);
      continue;
    }
    if (part.kind === 'open') {
      const { node, column } = part;
      const statement = { node, startLine: line, startColumn: column, ...last, chunk: undefined, expressions: [] };
      open.push(statement);
      placed.push(statement);
      continue;
    }
    if (part.endColumn > 0) last = { endLine: line + part.lines - 1, endColumn: part.endColumn };
    const { statement, origins } = part;
    const around = [...open];
    if (statement !== undefined) {
      const { node, column } = statement;
      const own = { node, startLine: line, startColumn: column, ...last, chunk: part, expressions: [] };
      around.push(own);
      placed.push(own);
    }
    for (const origin of origins) {
      const range = { ...origin, startLine: line + origin.startLine, endLine: line + origin.endLine };
      for (const each of around) if (each.node === origin.node) each.expressions.push(range);
    }
    line += part.lines;
  }
  return placed;
}
