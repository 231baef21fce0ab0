import { describe, expect, test } from 'vitest';

import { columnsOf, visible } from '../../src/core/workflow/diagnostics/display.ts';
import { formatDiagnostic, type Diagnostic } from '../../src/core/workflow/index.ts';
import { Lines } from '../../src/core/workflow/source/lines.ts';

/** Formats an error at the piece of the text that stands between « and ». */
function format(marked: string): string {
  const [before = '', piece = '', after = ''] = marked.split(/[«»]/);
  const text = before + piece + after;
  const range = new Lines(text).range(before.length, before.length + piece.length);
  const diagnostic: Diagnostic = { code: 'wrong-type', severity: 'error', message: 'Wrong.', path: [], range };
  return formatDiagnostic(diagnostic, { path: 'f.json', text });
}

/** What stands above the carets. */
function underlined(shown: string): string {
  const [, line = '', carets = ''] = shown.split('\n');
  const [from, width] = [columnsOf(carets.slice(0, carets.indexOf('^'))), carets.trim().split(' ').at(-1)?.length ?? 0];
  let column = 0;
  let under = '';
  for (const character of line) {
    if (column >= from && column < from + width) under += character;
    column += columnsOf(character);
  }
  return under;
}

describe('the place', () => {
  test('is shown with its line and a caret for each column', () => {
    expect(format('{\n  "a": «12»,\n}')).toBe(
      'f.json:2:8  error  Wrong.  [wrong-type]\n  2 |   "a": 12,\n    |        ^^',
    );
  });

  test.each([
    ['tabs', '{\n\t\t"a":\t«12»}'],
    ['CRLF', '{\r\n  "a": «12»,\r\n  "b": 1}'],
    ['lone CR', '{\r  "a": «12»,\r  "b": 1}'],
    ['wide characters', '{\n"你好": «12», "b": "世界"}'],
    ['emoji', '{\n"👍👍": «12»}'],
    ['combining marks', '{\n"e\u0301e\u0301": «12»}'],
    ['direction marks', '{\n"\u202Eabc": «12»}'],
    ['escapes for terminals', '{\n"\u001B[31m": «12»}'],
    ['a long line', `{\n"${'x'.repeat(500)}": «12», "${'y'.repeat(500)}": 1}`],
    ['a long line of wide characters', `{\n"${'好'.repeat(300)}": «12», "${'界'.repeat(300)}": 1}`],
  ])('is underlined right after %s', (_, text) => {
    expect(underlined(format(text))).toBe('12');
  });

  test('counts no column for a byte order mark', () => {
    expect(format('\uFEFF«{»}')).toContain('f.json:1:1  error');
    expect(underlined(format('\uFEFF«{»}'))).toBe('{');
  });

  test('at the end of the text has one caret', () => {
    expect(format('{«»').split('\n')[2]).toBe('    |  ^');
  });

  test('of several lines is underlined to the end of the first', () => {
    expect(underlined(format('{\n  «[1,\n  2]»\n}'))).toBe('[1,');
  });

  test('shows at most the piece of a long line around it', () => {
    const [, line = ''] = format(`{"${'x'.repeat(5000)}": «12», "${'y'.repeat(5000)}": 1}`).split('\n');
    expect(line.length).toBeLessThan(140);
  });

  test('of thousands in one long line costs no more than where it stands', () => {
    const text = `{${'"a": 1, '.repeat(200_000)}"b": 2}`;
    const range = { start: text.length - 2, end: text.length - 1, line: 1, column: text.length - 1 };
    const before = process.cpuUsage();
    for (let count = 0; count < 3000; count += 1) {
      formatDiagnostic({ code: 'wrong-type', severity: 'error', message: '', path: [], range }, { path: 'f', text });
    }
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
  });
});

test('related places, the fix and the hint are said below', () => {
  const range = new Lines('{}').range(0, 1);
  const diagnostic: Diagnostic = {
    code: 'wrong-type',
    severity: 'warning',
    message: 'Wrong.',
    path: [],
    range,
    hint: 'Do it otherwise.',
    related: [{ message: 'Here too', path: [], range }],
  };
  const shown = (given: Diagnostic): readonly string[] =>
    formatDiagnostic(given, { path: 'f.json', text: '{}' }).split('\n').slice(3);
  expect(shown(diagnostic)).toEqual(['  line 1: Here too', '  hint: Do it otherwise.']);
  expect(shown({ ...diagnostic, fixes: [{ title: 'Remove it', edits: [] }] })).toEqual([
    '  line 1: Here too',
    '  fix: Remove it',
  ]);
});

test('no character of a file reaches the terminal that could steer it or mislead', () => {
  expect(visible('a\u001B]0;\u0007b\u202Ec\u200Bd\ud800e\u0085')).toBe(
    'a\\u{1b}]0;\\u{7}b\\u{202e}c\\u{200b}d\\u{d800}e\\u{85}',
  );
});
