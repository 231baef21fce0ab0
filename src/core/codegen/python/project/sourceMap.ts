import type { Chunk } from '../syntax/chunks.ts';
import { JoinedText } from '../syntax/joinedText.ts';
import { textsBelowHead, type PrintedModule } from '../syntax/print.ts';
import type { SourceRange } from '../syntax/tree.ts';

/** The CRC-32 of an ASCII text, as `zlib.crc32` of Python gives it. */
export type Checksum = (text: string) => number;

/** By the last byte, what the other three become; source: RFC 1952, 8. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

export const crc32Of: Checksum = (text) => {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index += 1)
    crc = (crc >>> 8) ^ (crcTable[(crc ^ text.charCodeAt(index)) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
};

/**
 * `app/workflows/<workflow>.map.json`: how many lines each piece of a workflow module has, in order from its first line to its
 * last, which node it comes from, and where in it expressions ended up. `at` has the line and the column of an
 * expression's start and of its end: lines count from the first of the piece, which is 0, so that an edit changes nothing of
 * what is below it, columns from 0, as in CPython. `negated` says of an `if` that it is for the
 * case that what the node tests does not hold. `module_crc32` tells a module that has been edited since, which no longer
 * fits its map.
 * @param before the map of the module before some of its statements were replaced
 */
export function sourceMapOf(
  workflow: string,
  { head, chunks, replacements, text }: PrintedModule,
  checksum: Checksum,
  before?: JoinedText,
): JoinedText {
  const start = `{\n "version": 2,\n "workflow": ${JSON.stringify(workflow)},\n "module_crc32": ${checksum(text)},\n`;
  const first = `${start} "pieces": [\n  {"lines": ${head.split('\n').length - 1}}`;
  if (before === undefined) return JoinedText.of([first, ...chunks.map(pieceText), '\n ]\n}\n']);
  return before.with([{ start: 0, count: 1, by: [first] }, ...textsBelowHead(replacements, pieceText)]);
}

function pieceText({ lines, node, isNegated, expressions }: Chunk): string {
  const from = node === undefined ? '' : `, "node": ${JSON.stringify(node)}${isNegated ? ', "negated": true' : ''}`;
  const inside = expressions.length === 0 ? '' : `, "expressions": [${expressions.map(expressionText).join(', ')}]`;
  return `,\n  {"lines": ${lines}${from}${inside}}`;
}

function expressionText({ expression = '', startLine, startColumn, endLine, endColumn }: SourceRange): string {
  return `{"text": ${JSON.stringify(expression)}, "at": [${startLine}, ${startColumn}, ${endLine}, ${endColumn}]}`;
}
