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

/** What was printed of a statement. */
export interface PrintedStatement {
  readonly statement: Stmt;
  readonly parts: readonly Part[];
  /** The statements of its body, when it is a function. */
  readonly body: readonly PrintedStatement[];
}

/** Where a statement of a node stands, and the fragments of that node in it. */
export interface PlacedStatement {
  readonly node: string;
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly expressions: readonly SourceRange[];
  /** The chunk that is all of it. */
  readonly chunk?: Chunk;
}

/** A statement that is a chunk. Most are never looked at closely, because they stayed where they were. */
class ChunkStatement implements PlacedStatement {
  readonly node: string;
  readonly startColumn: number;
  readonly startLine: number;
  readonly chunk: Chunk;

  constructor({ node, column }: NonNullable<Chunk['statement']>, startLine: number, chunk: Chunk) {
    this.node = node;
    this.startColumn = column;
    this.startLine = startLine;
    this.chunk = chunk;
  }

  get endLine(): number {
    return this.startLine + this.chunk.lines - 1;
  }

  get endColumn(): number {
    return this.chunk.endColumn;
  }

  get expressions(): readonly SourceRange[] {
    return placedOrigins(this.chunk, this.node, this.startLine);
  }
}

/** The statements of nodes in the order of their starts. @param firstLine the number of the first part's first line */
export function placedStatements(parts: readonly Part[], firstLine: number): readonly PlacedStatement[] {
  const placed: PlacedStatement[] = [];
  const open: { place: number; statement: PlacedStatement & { readonly expressions: SourceRange[] } }[] = [];
  let line = firstLine;
  let last = { endLine: firstLine, endColumn: 0 };
  for (const part of parts) {
    if (part.kind === 'chunk') {
      if (part.statement !== undefined) placed.push(new ChunkStatement(part.statement, line, part));
      for (const { statement } of open) statement.expressions.push(...placedOrigins(part, statement.node, line));
      line += part.lines;
      if (part.endColumn > 0) last = { endLine: line - 1, endColumn: part.endColumn };
    } else if (part.kind === 'open') {
      const { node, column } = part;
      const statement = { node, startLine: line, startColumn: column, ...last, expressions: [] };
      open.push({ place: placed.length, statement });
      placed.push(statement);
    } else {
      const closed = open.pop();
      if (closed !== undefined) placed[closed.place] = { ...closed.statement, ...last };
    }
  }
  return placed;
}

function placedOrigins({ origins }: Chunk, node: string, line: number): readonly SourceRange[] {
  return origins
    .filter((origin) => origin.node === node)
    .map((origin) => ({ ...origin, startLine: line + origin.startLine, endLine: line + origin.endLine }));
}
