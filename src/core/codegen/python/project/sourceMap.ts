import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { PlacedStatement } from '../syntax/chunks.ts';
import { JoinedText } from '../syntax/joinedText.ts';
import type { PrintedModule } from '../syntax/print.ts';
import type { SourceRange } from '../syntax/tree.ts';

/** The SHA-256 of a text in UTF-8, in hexadecimal digits. */
export type Digest = (text: string) => string;

export const sha256Of: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/** The file of a source map, and what its entries are about. */
export interface SourceMap {
  readonly text: string;
  readonly statements: readonly PlacedStatement[];
  readonly entries: readonly string[];
  readonly joined: JoinedText;
}

/**
 * `app/workflows/<workflow>.map.json`: which lines of a workflow module belong to which node, and where its expressions
 * ended up, as CPython counts: lines from 1, columns from 0. `module_sha256` tells a module that has been edited since, which
 * no longer fits its map. Its form is that of `JSON.stringify(map, null, 1)`, an entry at a time.
 * @param before the map of the module before some of its statements were replaced
 */
export function sourceMapOf(workflow: string, printed: PrintedModule, digest: Digest, before?: SourceMap): SourceMap {
  const { statements } = printed;
  const entries = statements.map((statement, index) => {
    const [old, entry] = [before?.statements[index], before?.entries[index]];
    if (entry !== undefined && old !== undefined && isUnmoved(statement, old)) return entry;
    return `${index === 0 ? '\n' : ',\n'}${entryText(statement)}`;
  });
  const joined = new JoinedText(entries, before?.joined);
  const list = entries.length === 0 ? '[]' : `[${joined.text}\n ]`;
  const name = JSON.stringify(workflow);
  const hash = digest(printed.text);
  const text = `{\n "version": 1,\n "workflow": ${name},\n "module_sha256": "${hash}",\n "entries": ${list}\n}\n`;
  return { text, statements, entries, joined };
}

/** A statement that stayed in its lines has the same entry. */
function isUnmoved(statement: PlacedStatement, before: PlacedStatement): boolean {
  return statement.chunk !== undefined && statement.chunk === before.chunk && statement.startLine === before.startLine;
}

function entryText({ node, startLine, endLine, expressions }: PlacedStatement): string {
  const inside = expressions.length === 0 ? '[]' : `[\n${expressions.map(expressionText).join(',\n')}\n   ]`;
  return `  {\n   "node": ${JSON.stringify(node)},\n   "start_line": ${startLine},\n   "end_line": ${endLine},\n   "expressions": ${inside}\n  }`;
}

function expressionText({ expression = '', startLine, startColumn, endLine, endColumn }: SourceRange): string {
  return `    {\n     "text": ${JSON.stringify(expression)},\n     "line": ${startLine},\n     "column": ${startColumn},\n     "end_line": ${endLine},\n     "end_column": ${endColumn}\n    }`;
}
