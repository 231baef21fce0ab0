import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PrintedModule, SourceRange } from '../syntax/tree.ts';

/** Which lines of a workflow module belong to which node, and where its expressions ended up. */
export interface SourceMap {
  readonly version: 1;
  readonly workflow: string;
  /** SHA-256 of the module's text; a module that has been edited since no longer fits its map. */
  readonly module_sha256: string;
  readonly entries: readonly SourceMapEntry[];
}

export interface SourceMapEntry {
  readonly node: string;
  /** 1-based, inclusive. */
  readonly start_line: number;
  readonly end_line: number;
  readonly expressions: readonly MappedExpression[];
}

/** Lines are 1-based and columns 0-based, as CPython counts them. */
export interface MappedExpression {
  readonly text: string;
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
}

export function sourceMapOf(workflow: string, printed: PrintedModule): SourceMap {
  const statements = printed.ranges.filter((range) => range.expression === undefined);
  const expressions = new Map<string, SourceRange[]>();
  for (const range of printed.ranges) {
    if (range.expression === undefined) continue;
    const known = expressions.get(range.node);
    if (known === undefined) expressions.set(range.node, [range]);
    else known.push(range);
  }
  const entries = statements.map((statement): SourceMapEntry => {
    const inside = (expressions.get(statement.node) ?? []).filter(
      (each) => each.startLine >= statement.startLine && each.endLine <= statement.endLine,
    );
    return {
      node: statement.node,
      start_line: statement.startLine,
      end_line: statement.endLine,
      expressions: inside.map((each) => ({
        text: each.expression ?? '',
        line: each.startLine,
        column: each.startColumn,
        end_line: each.endLine,
        end_column: each.endColumn,
      })),
    };
  });
  return { version: 1, workflow, module_sha256: bytesToHex(sha256(utf8ToBytes(printed.text))), entries };
}
