import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Chunk } from '../syntax/chunks.ts';
import { JoinedText } from '../syntax/joinedText.ts';
import { textsBelowHead, type PrintedModule } from '../syntax/print.ts';
import type { SourceRange } from '../syntax/tree.ts';

/** The SHA-256 of a text in UTF-8, in hexadecimal digits. */
export type Digest = (text: string) => string;

export const sha256Of: Digest = (text) => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * `app/workflows/<workflow>.map.json`: how many lines each piece of a workflow module has, in order from its first line to its
 * last, which node it comes from, and where in it expressions ended up. Lines of expressions count from the first of their
 * piece, which is 0, so that an edit changes nothing of what is below it; columns count from 0, as in CPython. `module_sha256`
 * tells a module that has been edited since, which no longer fits its map.
 * @param before the map of the module before some of its statements were replaced
 */
export function sourceMapOf(
  workflow: string,
  { head, chunks, replacements, text }: PrintedModule,
  digest: Digest,
  before?: JoinedText,
): JoinedText {
  const start = `{\n "version": 2,\n "workflow": ${JSON.stringify(workflow)},\n "module_sha256": "${digest(text)}",\n`;
  const first = `${start} "pieces": [\n  {"lines": ${head.split('\n').length - 1}}`;
  if (before === undefined) return JoinedText.of([first, ...chunks.map(pieceText), '\n ]\n}\n']);
  return before.with([{ start: 0, count: 1, by: [first] }, ...textsBelowHead(replacements, pieceText)]);
}

function pieceText({ lines, node, expressions }: Chunk): string {
  const from = node === undefined ? '' : `, "node": ${JSON.stringify(node)}`;
  const inside = expressions.length === 0 ? '' : `, "expressions": [${expressions.map(expressionText).join(', ')}]`;
  return `,\n  {"lines": ${lines}${from}${inside}}`;
}

function expressionText({ expression = '', startLine, startColumn, endLine, endColumn }: SourceRange): string {
  const [from, to] = [
    `"line": ${startLine}, "column": ${startColumn}`,
    `"end_line": ${endLine}, "end_column": ${endColumn}`,
  ];
  return `{"text": ${JSON.stringify(expression)}, ${from}, ${to}}`;
}
