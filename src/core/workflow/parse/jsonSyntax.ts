import { printParseErrorCode, visit } from 'jsonc-parser';

import type { Reporter } from '../diagnostics/report.ts';
import { withoutBom } from '../source/SourceDocument.ts';

type SyntaxErrorName = ReturnType<typeof printParseErrorCode>;

const wording: Partial<Record<SyntaxErrorName, readonly [problem: string, hint: string]>> = {
  InvalidNumberFormat: [
    'This is not a number as JSON writes it.',
    'Write it like `1`, `-2.5` or `1e3`, without leading zeros or a leading `+`.',
  ],
  PropertyNameExpected: ['A key is expected here, in double quotes.', 'Write `"key": value`.'],
  ValueExpected: [
    'A value is expected here.',
    'Write text in double quotes, a number, true, false, null, an object or an array.',
  ],
  ColonExpected: ['A colon is expected between the key and its value.', 'Write `"key": value`.'],
  CommaExpected: ['A comma is expected between two entries.', 'Add a comma before this.'],
  CloseBraceExpected: ['The object is not closed.', 'Close it with `}`.'],
  CloseBracketExpected: ['The array is not closed.', 'Close it with `]`.'],
  EndOfFileExpected: ['There is more text behind the end of the workflow.', 'Remove what follows the closing `}`.'],
  UnexpectedEndOfComment: ['The comment is not closed, and JSON has no comments.', 'Remove the comment.'],
  UnexpectedEndOfString: ['The text is not closed.', 'Close it with `"`; a line break in a text is written `\\n`.'],
  UnexpectedEndOfNumber: ['The number breaks off.', 'Write at least one digit.'],
  InvalidUnicode: [
    '`\\u` must be followed by four hexadecimal digits.',
    'Write it like `\\u00e9`; a backslash itself is `\\\\`.',
  ],
  InvalidEscapeCharacter: ['This is no escape that JSON knows.', 'A backslash is written `\\\\`.'],
  InvalidCharacter: [
    'A text cannot hold this character as it is.',
    'Write tabs as `\\t`, line breaks as `\\n`, others as `\\u….`',
  ],
};
const otherwise = [
  'This is not JSON.',
  'Text and keys stand in double quotes; the only words are true, false and null.',
] as const;

/**
 * Reports what is not strict JSON. Comments and commas too many are reported with a fix, and do not stop the reading.
 * @returns true when the text has one meaning all the same
 */
export function reportSyntax(reporter: Reporter, json: string): boolean {
  const { source } = reporter;
  const errors: { name: SyntaxErrorName; offset: number; length: number }[] = [];
  const trailingCommas = new Map<number, number>();
  let lastComma: number | undefined;
  const entryBegins = (): void => void (lastComma = undefined);
  const containerEnds = (offset: number): void => {
    if (lastComma !== undefined) trailingCommas.set(offset, lastComma);
    lastComma = undefined;
  };
  visit(json, {
    onComment: (start, length) => {
      const fix = { title: 'Remove the comment', edits: [{ start, end: start + length, text: '' }] };
      reporter.report(
        'json-comment',
        {},
        { path: [], at: { range: source.range(start, start + length) } },
        { fixes: [fix] },
      );
    },
    onSeparator: (character, offset) => void (lastComma = character === ',' ? offset : undefined),
    onObjectBegin: entryBegins,
    onArrayBegin: entryBegins,
    onObjectProperty: entryBegins,
    onLiteralValue: entryBegins,
    onObjectEnd: containerEnds,
    onArrayEnd: containerEnds,
    onError: (code, offset, length) => void errors.push({ name: printParseErrorCode(code), offset, length }),
  });
  for (const [closing, comma] of trailingCommas) {
    const fix = { title: 'Remove the comma', edits: [{ start: comma, end: comma + 1, text: '' }] };
    const at = { range: source.range(comma, comma + 1) };
    reporter.report('trailing-comma', { closing: json[closing] ?? '' }, { path: [], at }, { fixes: [fix] });
  }
  // What follows the first real error is mostly its echo.
  const first = errors.find(({ name, offset }) => !(trailingCommas.has(offset) && echoesOfComma.includes(name)));
  if (first === undefined) return true;
  const isEmpty = withoutBom(json).trim() === '';
  const [problem, hint] = isEmpty
    ? ([
        'The file is empty.',
        'Start with `{ "version": 1, "name": "…", "nodes": [] }`, or run `catalyst new`.',
      ] as const)
    : (wording[first.name] ?? otherwise);
  const at = { range: source.range(first.offset, first.offset + first.length) };
  reporter.report('invalid-json', { problem, hint }, { path: [], at });
  return false;
}

const echoesOfComma: readonly SyntaxErrorName[] = ['PropertyNameExpected', 'ValueExpected'];
