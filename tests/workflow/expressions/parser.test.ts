import { describe, expect, test } from 'vitest';

import { parseTemplate } from '../../../src/core/workflow/expressions/parser.ts';
import { printExpression } from '../../../src/core/workflow/expressions/print.ts';
import type { Expression, Span } from '../../../src/core/workflow/expressions/syntax.ts';
import { partsIn } from '../../../src/core/workflow/expressions/walk.ts';
import { generateExpression } from './generate.ts';

import { pick, randomNumbers } from './random.ts';
import { withoutSpans } from './withoutSpans.ts';

function read(text: string): Expression {
  const template = parseTemplate(`{{ ${text} }}`);
  expect(template.problems, text).toEqual([]);
  return template.single as Expression;
}

function literal(value: string | number | boolean | null) {
  return { kind: 'literal', value };
}

function problemOf(text: string): string {
  const [problem] = parseTemplate(text).problems;
  return problem === undefined ? '' : text.slice(problem.span.start, problem.span.end);
}

describe('values', () => {
  test.each([
    ['true', true],
    ['false', false],
    ['null', null],
    ['0', 0],
    ['-12', -12],
    ['2.50', 2.5],
    ['1e3', 1000],
    ['1E-2', 0.01],
    ['9007199254740991', 9007199254740991],
    [`'text'`, 'text'],
    [`"it's"`, "it's"],
    [`'say "hi"'`, 'say "hi"'],
    [String.raw`'\' \" \\ \/ \b\f\n\r\t \u00e9 \ud83d\udc4d'`, '\' " \\ / \b\f\n\r\t é 👍'],
    [`'}}'`, '}}'],
    [`'{{'`, '{{'],
    [`'two\nlines'`, 'two\nlines'],
  ])('%s', (text, value) => {
    expect(withoutSpans(read(text))).toEqual(literal(value));
  });

  test.each([
    '007',
    '1a',
    '-',
    '1.',
    '1e',
    '9007199254740992',
    '-9007199254740993',
    '1e999',
    '1'.repeat(4301),
    String.raw`'\x'`,
    String.raw`'\u12'`,
    String.raw`'\u0000'`,
    String.raw`'\ud800'`,
    `'open`,
  ])('%s is refused', (text) => {
    expect(parseTemplate(`{{ ${text} }}`).problems).toHaveLength(1);
  });
});

describe('paths', () => {
  test.each([
    ['input', []],
    ['input.a.b', ['a', 'b']],
    ['input["a b"][0]', ['a b', 0]],
    [`nodes.my-node.output['x']`, ['my-node', 'output', 'x']],
    ['env . NAME', ['NAME']],
    ['input.not.true.input', ['not', 'true', 'input']],
  ])('%s', (text, keys) => {
    const path = read(text);
    expect(path.kind === 'path' && path.segments.map(({ key }) => key)).toEqual(keys);
  });

  test.each([
    'input.',
    'input.0',
    'input[',
    'input[-1]',
    'input[1.5]',
    'input[a]',
    'input["a"',
    'input.é',
    'other.a',
    'input.__proto__',
    'input["constructor"]',
    'nodes.prototype',
  ])('%s is refused', (text) => {
    expect(parseTemplate(`{{ ${text} }}`).problems).toHaveLength(1);
  });
});

describe('precedence', () => {
  test.each([
    ['1 or 2 and 3', '1 or (2 and 3)'],
    ['not 1 == 2', 'not (1 == 2)'],
    ['not not 1', 'not (not 1)'],
    ['not 1 and 2', '(not 1) and 2'],
    ['1 == 2 | json', '1 == (2 | json)'],
    ['input.a | default(1) | json', '(input.a | default(1)) | json'],
    ['1 or 2 or 3', '(1 or 2) or 3'],
    ['1 < 2 and 2 < 3', '(1 < 2) and (2 < 3)'],
    ['1 + 2 * 3 - 4', '(1 + (2 * 3)) - 4'],
    ['8 / 4 // 2 % 3', '((8 / 4) // 2) % 3'],
    ['2-1', '2 - 1'],
    ['input.a -1', 'input.a - (1)'],
    ['1 - -1', '1 - (-1)'],
    ['-input.a | round', '-(input.a | round)'],
    ['-input.a * 2', '(-input.a) * 2'],
    ['- -input.a', '-(-input.a)'],
    ["'a' ~ 1 + 2 ~ 'b'", "'a' ~ (1 + 2) ~ 'b'"],
    ["'a' ~ 'b' == 'ab'", "('a' ~ 'b') == 'ab'"],
    ['1 + 1 in [2]', '(1 + 1) in [2]'],
    ['not 1 in [2]', 'not (1 in [2])'],
    ['1 not in [2] and true', '(1 not in [2]) and true'],
    ['1 if true or false else 2 if true else 3', '1 if (true or false) else (2 if true else 3)'],
    ["{'a': {'b': [1,],},}", "{'a': {'b': [1]}}"],
    ["{'a': {'b': 1}}", "{'a': ({'b': 1})}"],
  ])('%s is %s', (text, same) => {
    expect(withoutSpans(read(text))).toEqual(withoutSpans(read(same)));
  });
});

describe('templates', () => {
  test('text and expressions alternate', () => {
    const template = parseTemplate('Hi {{ input.name }}, {{ 1 }}!');
    expect(template.parts.map((part) => (part.kind === 'text' ? part.text : part.source))).toEqual([
      'Hi ',
      '{{ input.name }}',
      ', ',
      '{{ 1 }}',
      '!',
    ]);
    expect(template.single).toBeUndefined();
    expect(template.constant).toBeUndefined();
  });

  test('text alone is constant, one expression alone keeps its type', () => {
    expect(parseTemplate('no } braces }} { here').constant).toBe('no } braces }} { here');
    expect(parseTemplate('').constant).toBe('');
    expect(parseTemplate('{{ 1 }}').single).toMatchObject(literal(1));
    expect(parseTemplate(' {{ 1 }}').single).toBeUndefined();
  });

  test('braces in quoted text do not end an expression', () => {
    expect(parseTemplate(`a {{ '}}' }} b`).parts).toHaveLength(3);
    expect(parseTemplate(`{{ "\\"}}" }}`).single).toMatchObject(literal('"}}'));
  });

  test('each expression has at most one problem, and reading goes on behind it', () => {
    const template = parseTemplate(`{{ 1 ? '}}' }} and {{ foo }} and {{ input.a }}`);
    expect(template.problems.map(({ kind }) => kind)).toEqual(['syntax', 'root']);
    expect(template.parts.at(-1)).toMatchObject({ source: '{{ input.a }}' });
  });
});

describe('problems point at what is wrong', () => {
  test.each([
    ['{{ }}', '{{ }}'],
    ['{{ input.a', '{{'],
    ['a {{ input.a ** 1 }}', '**'],
    ['{{ 1 + }}', '}}'],
    ['{{ 1 in [1] in [2] }}', 'in'],
    ['{{ 1 not 2 }}', '2'],
    ['{{ 1 if true }}', '}}'],
    ['{{ [1 2] }}', '2'],
    ['{{ {a: 1} }}', 'a'],
    ["{{ {'a' 1} }}", '1'],
    ["{{ {'a': 1, 'a': 2} }}", "'a'"],
    ["{{ {'__proto__': 1} }}", "'__proto__'"],
    ["{{ {'a': 1 }}", '}'],
    ['{{ a = 1 }}', 'a'],
    ['{{ input.a | uper }}', 'uper'],
    ['{{ input.a | upper(1, 2) }}', 'upper(1, 2)'],
    ['{{ input.a | default() }}', 'default()'],
    ['{{ input.a | join() }}', 'join()'],
    ['{{ 1 < 2 < 3 }}', '<'],
    ['{{ (1 }}', '}}'],
    ['{{ 1 2 }}', '2'],
    ['{{ input.a || 1 }}', '||'],
    ['{{ inptu.a }}', 'inptu'],
    ['{{ and }}', 'and'],
    ['{{ input.a | default(1 2) }}', '2'],
    ['{{ input.a | 1 }}', '1'],
    [String.raw`{{ 'a\qb' }}`, String.raw`\q`],
    ['{{ 👍 }}', '👍'],
  ])('%s: %s', (text, wrong) => {
    expect(problemOf(text)).toBe(wrong);
  });

  test('names that were probably meant are offered', () => {
    expect(parseTemplate('{{ inptu.a }}').problems[0]?.suggestion).toBe('input');
    expect(parseTemplate('{{ input.a | Upper }}').problems[0]?.suggestion).toBe('upper');
  });
});

describe('hostile texts', () => {
  test.each([
    ['brackets', `{{ ${'('.repeat(100_000)}`],
    ['not', `{{ ${'not '.repeat(100_000)}1 }}`],
    ['filters', `{{ 1${' | json'.repeat(10_000)} }}`],
    ['or', `{{ 1${' or 1'.repeat(10_000)} }}`],
    ['arguments', `{{ ${'1 | default('.repeat(10_000)}`],
    ['keys', `{{ input${'.a'.repeat(10_000)} }}`],
    ['signs', `{{ ${'- '.repeat(100_000)}1 }}`],
    ['lists', `{{ ${'['.repeat(100_000)}`],
    ['objects', `{{ ${"{'a':".repeat(100_000)}`],
    ['sums', `{{ 1${' + 1'.repeat(10_000)} }}`],
    ['choices', `{{ ${'1 if 1 else '.repeat(10_000)}1 }}`],
  ])('%s without end give a problem, not a stack overflow', (_, text) => {
    expect(parseTemplate(text).problems).toHaveLength(1);
  });

  test('many braces are read in linear time', () => {
    expect(parseTemplate('{{'.repeat(100_000)).problems.length).toBeGreaterThan(0);
  });

  test('as deep as allowed is read', () => {
    expect(parseTemplate(`{{ ${'('.repeat(64)}1${')'.repeat(64)} }}`).problems).toEqual([]);
    expect(parseTemplate(`{{ 1${' or 1'.repeat(63)} }}`).problems).toEqual([]);
  });
});

describe('random texts', () => {
  const pieces = [
    '{{',
    '}}',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '.',
    ',',
    '|',
    '==',
    '<',
    '!',
    "'",
    '"',
    '\\',
    '\\u12',
    ' ',
    '\n',
    'input',
    'nodes',
    'env',
    'not',
    'in',
    'if',
    'else',
    ':',
    '+',
    '~',
    '//',
    'and',
    'or',
    'true',
    'default',
    'upper',
    'x',
    '0',
    '1.5',
    '-',
    'é',
    '\ud800',
    '\0',
    '👍',
    '__proto__',
  ];

  test.each(Array.from({ length: 20 }, (_, seed) => seed))('never throw, and places lie inside (seed %i)', (seed) => {
    const random = randomNumbers(seed);
    for (let round = 0; round < 300; round += 1) {
      const length = Math.floor(random() * 30);
      const text = `${random() < 0.7 ? '{{ ' : ''}${Array.from({ length }, () => pick(random, pieces)).join('')}${random() < 0.7 ? ' }}' : ''}`;
      const template = parseTemplate(text);
      const inside = ({ start, end }: Span): boolean => start >= 0 && start < end && end <= text.length;
      for (const { span } of template.problems) expect(inside(span), text).toBe(true);
      for (const { part } of partsIn(template)) expect(inside(part.span), text).toBe(true);
      for (const part of template.parts) {
        if (part.kind === 'expression') expect(text.slice(part.span.start, part.span.end)).toBe(part.source);
      }
    }
  });

  test.each(Array.from({ length: 20 }, (_, seed) => seed))(
    'what is printed is read back as it was (seed %i)',
    (seed) => {
      const random = randomNumbers(1000 + seed);
      for (let round = 0; round < 100; round += 1) {
        const expression = generateExpression(random, 5);
        const text = printExpression(expression);
        expect(withoutSpans(read(text)), text).toEqual(withoutSpans(expression));
      }
    },
  );
});
