import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import { printModule } from '../../../src/core/codegen/python/syntax/print.ts';
import { compileExpression } from '../../../src/core/codegen/python/workflow/expressions.ts';
import { compileText } from '../../../src/core/codegen/python/workflow/texts.ts';
import type { Expr, Identifier } from '../../../src/core/codegen/python/syntax/tree.ts';
import type { PathScope } from '../../../src/core/codegen/python/workflow/paths.ts';
import { evaluate, evaluateText } from '../../../src/core/workflow/expressions/evaluate.ts';
import { filters, type ArgumentKind } from '../../../src/core/workflow/expressions/filters.ts';
import { parseTemplate } from '../../../src/core/workflow/expressions/parser.ts';
import {
  filterNames,
  Template,
  type Expression,
  type FilterName,
} from '../../../src/core/workflow/expressions/syntax.ts';
import {
  isList,
  isRecord,
  isWrittenAsFloat,
  MissingValue,
  unknownIn,
  ValueError,
  WholeFloat,
  type Value,
} from '../../../src/core/workflow/expressions/values.ts';
import type { JsonSchema } from '../../../src/core/workflow/jsonSchema.ts';
import { printExpression } from '../../../src/core/workflow/expressions/print.ts';
import { pick, randomNumbers } from './random.ts';

/*
 * The evaluator against the Python that the compiler writes for the same expressions, on values of every kind. Python gets
 * the expressions as functions of `data`; what an evaluation gives or raises is compared by its repr.
 */
const runtime = join(import.meta.dirname, '../../../runtime/python');
const python = process.env['CATALYST_TEST_PYTHON'] ?? 'python3';

const keyed = {
  b: 1,
  a: { c: 'd' },
  'zip code': '',
  'it\'s \\ "\n': 'odd',
  größe: 4,
} as const;

const values = {
  zero: 0,
  one: 1,
  minus: -7,
  half: 2.5,
  tie: 0.125,
  near: 2.675,
  small: 0.00012,
  yes: true,
  no: false,
  nothing: null,
  empty: '',
  word: 'Straße',
  spaced: '\u2003 12 \n',
  digits: '1_000',
  decimal: ' -2.50e1 ',
  wide: 'a\u{1f600}b',
  quote: 'it\'s "so" \\ \u0001\u007f\u2028',
  none: [],
  items: ['x', 2, null, { a: [true] }],
  texts: ['b', '\uffff', '\u{1f600}'],
  rows: [
    { a: 2, b: 'x', n: [1] },
    { a: 1, b: '', n: [2, 3] },
    { a: 2, b: 'x', n: [] },
  ],
  partial: [{ a: 1 }, { b: true }],
  lists: [[1, 2], [], [3]],
  numbers: [3, 1, 2, 1],
  same: [1, true, 'a', 'a', [1], [1], { a: 1 }, { a: 1 }],
  json: '{"a": [1, true, null]} ',
  date: '2026-01-31T09:05:07.123+02:00',
  day: '2024-02-29',
  html: '<a href="x">it\'s & more</a>',
  list: 'a,b,,c d',
  object: keyed,
} as const;

const floats = { whole: 3, negative: -4 };

const span = { start: 0, end: 0 };

// Not `>` and `>=`: the Python may turn them round, and then another of two errors comes first.
function generate(random: () => number, depth: number): Expression {
  const inner = (): Expression => generate(random, depth - 1);
  const number = (): Expression => (random() < 0.2 ? inner() : generateNumber(random, depth - 1));
  const kind =
    depth <= 0
      ? pick(random, ['literal', 'path', 'path'] as const)
      : pick(random, [
          ...([
            'path',
            'not',
            'logical',
            'comparison',
            'membership',
            'arithmetic',
            'arithmetic',
            'arithmetic',
          ] as const),
          ...([
            'negative',
            'concatenation',
            'conditional',
            'list',
            'object',
            'each',
            'filter',
            'filter',
            'filter',
          ] as const),
        ]);
  switch (kind) {
    case 'literal':
      return { kind, value: pick(random, [null, true, 0, 2, -1, 0.5, '', 'a', 'x', '12']), span };
    case 'path': {
      const first = pick(random, [...Object.keys(values), ...Object.keys(floats), 'absent']);
      const more = random() < 0.3 ? [pick(random, ['a', 'b', 'c', 'zip code', 0, 1, 3])] : [];
      const keys = ['data', 'output', first, ...more];
      return { kind, root: 'nodes', segments: keys.map((key) => ({ key, span })), span };
    }
    case 'not':
      return { kind, operand: inner(), span };
    case 'logical':
      return { kind, operator: pick(random, ['and', 'or']), left: inner(), right: inner(), span };
    case 'comparison':
      return { kind, operator: pick(random, ['==', '!=', '<', '<=']), left: inner(), right: inner(), span };
    case 'membership':
      return { kind, operator: pick(random, ['in', 'not in']), left: inner(), right: inner(), span };
    case 'arithmetic': {
      const operator = pick(random, ['+', '-', '*', '/', '//', '%'] as const);
      return { kind, operator, left: number(), right: number(), operatorSpan: span, span };
    }
    case 'negative':
      return { kind, operand: number(), span };
    case 'concatenation':
      return { kind, parts: [inner(), inner()], span };
    case 'conditional':
      return { kind, test: inner(), then: inner(), otherwise: inner(), span };
    case 'each': {
      const variable = `item_${depth}`;
      const list = random() < 0.2 ? inner() : listed(random);
      const keys = [variable, ...pick(random, [[], [], ['a'], ['b'], [0]])];
      const segments = keys.map((key) => ({ key, span }));
      const item: Expression = { kind: 'path', root: 'local', segments, over: list, span };
      return { kind, variable, list, body: { kind: 'concatenation', parts: [item, inner()], span }, span };
    }
    case 'list':
      return { kind, items: Array.from({ length: Math.floor(random() * 3) }, inner), span };
    case 'object':
      return { kind, entries: ['a', 'b c'].map((key) => ({ key, value: inner() })), span };
    case 'filter': {
      const name = pick(random, filterNames);
      const [least, most] = filters[name].arity;
      const count = least + Math.floor(random() * (most - least + 1));
      const argument = (_: unknown, index: number): Expression =>
        literalFor(random, filters[name].wants?.[index]) ??
        (name === 'round'
          ? { kind: 'literal', value: pick(random, [0, 1, 2, -1]), span }
          : name === 'join'
            ? { kind: 'literal', value: pick(random, ['', '+', ', ']), span }
            : inner());
      return { kind, name, subject: inner(), args: Array.from({ length: count }, argument), nameSpan: span, span };
    }
  }
}

/** A list. */
function listed(random: () => number): Expression {
  const keys = ['data', 'output', pick(random, ['none', 'items', 'texts', 'rows', 'partial', 'lists', 'numbers'])];
  return { kind: 'path', root: 'nodes', segments: keys.map((key) => ({ key, span })), span };
}

/** What has to stand there as a literal, and, mostly, what is of the right type. */
function literalFor(random: () => number, wants: ArgumentKind | undefined): Expression | undefined {
  const one = (...all: readonly (string | number)[]): Expression => ({
    kind: 'literal',
    value: pick(random, all),
    span,
  });
  switch (wants) {
    case 'key':
      return one('a', 'b', 'n');
    case 'places':
      return one(0, 1, 3);
    case 'format':
      return one('%d.%m.%Y', '%A, %B %d', '%H:%M:%S.%f %%', 'x');
    case 'whole':
      return random() < 0.2 ? undefined : one(0, 1, 2, -1, 20);
    case 'text':
      return random() < 0.2 ? undefined : one('', 'a', ',', ' ', 'ß');
    default:
      return undefined;
  }
}

/** Something that may be a number. */
function generateNumber(random: () => number, depth: number, literals = [0, 1, -1, 3, 0.5, -2.5]): Expression {
  if (depth > 0 && random() < 0.5) {
    const operator = pick(random, ['+', '-', '*', '/', '//', '%'] as const);
    const [left, right] = [0, 1].map(() => generateNumber(random, depth - 1, literals));
    if (left === undefined || right === undefined) throw new Error('There are two sides.');
    return { kind: 'arithmetic', operator, left, right, operatorSpan: span, span };
  }
  if (random() < 0.5) return { kind: 'literal', value: pick(random, literals), span };
  const numbers = ['zero', 'one', 'minus', 'half', 'small', 'whole', 'negative'];
  const keys = ['data', 'output', pick(random, numbers)];
  return { kind: 'path', root: 'nodes', segments: keys.map((key) => ({ key, span })), span };
}

const scope = (isLoose: boolean, schema: JsonSchema = {}): PathScope => ({
  ambient: py.imported('app.runtime', 'ambient'),
  types: { input: {}, output: () => ({ schema, certain: true }) },
  isPlain: () => false,
  isTyped: () => false,
  isLoose,
  modelOf: () => undefined,
  loose: () => scope(true, schema),
  mark: (code) => code,
  local: (variable) => variable as Identifier,
  handle: () => ({ code: py.name('data'), ran: undefined }),
});

/** The outcome as Python's `repr` writes it; undefined when the evaluator does not know it. */
function outcomeOf(evaluation: (data: Value) => Value): string | undefined {
  const data: Value = {
    ...values,
    ...Object.fromEntries(Object.entries(floats).map(([name, value]) => [name, new WholeFloat(value)])),
  };
  try {
    return represented(evaluation(data));
  } catch (error) {
    if (error instanceof MissingValue) return 'missing';
    if (error instanceof ValueError) return 'wrong';
    throw error;
  }
}

function inDigits(float: number): string {
  return `float ${Object.is(float, -0) ? '-' : ''}${float.toExponential(17)}`;
}

function represented(value: Value): string | undefined {
  if (unknownIn(value) !== undefined) return undefined;
  if (value instanceof WholeFloat) return inDigits(value.value);
  if (typeof value === 'number') return isWrittenAsFloat(value) ? inDigits(value) : `int ${value}`;
  if (isList(value)) return `[${value.map(represented).join(', ')}]`;
  if (isRecord(value))
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${represented(each)}`)
      .join(', ')}}`;
  return JSON.stringify(value);
}

const program = `
import json, re, sys
from app.runtime.errors import ExpressionError, MissingValue
given = json.load(sys.stdin)
data = {**given["values"], **{name: float(value) for name, value in given["floats"].items()}}
def represented(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return f"int {value}" if isinstance(value, int) else "float " + re.sub(r"e([+-])0(?=.)", r"e\\1", f"{value:.17e}")
    if isinstance(value, list):
        return "[" + ", ".join(map(represented, value)) + "]"
    return "{" + ", ".join(f"{json.dumps(key, ensure_ascii=False)}: {represented(each)}" for key, each in value.items()) + "}"
def outcome(module):
    names = {}
    exec(module, names)
    try:
        return represented(names["run"](data))
    except (MissingValue, KeyError, IndexError, TypeError):
        return "missing"
    except (ExpressionError, ZeroDivisionError, OverflowError):
        return "wrong"
print(json.dumps([outcome(module) for module in given["modules"]]))
`;

const evaluated = (expression: Expression): string | undefined => outcomeOf((data) => evaluate(expression, () => data));

function outcomesInPython(codes: readonly Expr[]): readonly string[] {
  const modules = codes.map((code) => {
    const run = py.def('run', {
      parameters: [py.parameter('data', py.imported('typing', 'Any'))],
      returns: py.imported('typing', 'Any'),
      body: [py.returned(code)],
    });
    return printModule(py.moduleOf([run])).text;
  });
  const input = JSON.stringify({ values, floats, modules });
  const options = { input, encoding: 'utf8', cwd: runtime, maxBuffer: 1 << 28 } as const;
  return JSON.parse(execFileSync(python, ['-W', 'ignore', '-c', program], options)) as readonly string[];
}

test('expressions mean the same as in the generated Python', () => {
  const random = randomNumbers(20_261_125);
  const expressions = Array.from({ length: 8000 }, () => generate(random, 3));
  const inPython = outcomesInPython(expressions.map((each) => compileExpression(each, scope(false)).code));
  const different = expressions.flatMap((expression, index) => {
    const ours = evaluated(expression);
    return ours === undefined || ours === inPython[index]
      ? []
      : [{ code: compileExpression(expression, scope(false)).code, ours, python: inPython[index] }];
  });
  expect(
    different.slice(0, 5).map((each) => ({ ...each, code: printModule(py.moduleOf([py.returned(each.code)])).text })),
  ).toEqual([]);
  // Most outcomes are known, of each kind.
  const known = expressions.map(evaluated).filter((outcome) => outcome !== undefined);
  expect(known.length).toBeGreaterThan(5000);
  expect(known.filter((outcome) => outcome === 'missing').length).toBeGreaterThan(100);
  expect(known.filter((outcome) => outcome === 'wrong').length).toBeGreaterThan(100);
});

test('numbers of any size are reckoned with as in the generated Python', () => {
  const random = randomNumbers(20_261_129);
  const literals = [0, -0, 1, -1, 7, 0.1, -2.5, 1e-300, 1e16, 1e300, -1e21, 2 ** 53 - 1, -(2 ** 53 - 1)];
  const types = schemaOf({ ...values, whole: 0.5, negative: 0.5 });
  const expressions = Array.from({ length: 4000 }, () => generateNumber(random, 4, literals));
  const codes = [{}, types].map((schema) =>
    expressions.map((each) => compileExpression(each, scope(false, schema)).code),
  );
  const ours = expressions.map(evaluated);
  for (const inPython of codes.map(outcomesInPython)) {
    const different = ours.flatMap((each, index) =>
      each === undefined || each === inPython[index]
        ? []
        : [{ code: printExpression(expressions[index] as Expression), ours: each, python: inPython[index] }],
    );
    expect(different.slice(0, 5)).toEqual([]);
  }
  expect(ours.filter((each) => each !== undefined).length).toBeGreaterThan(2500);
});

/** `DATA` stands for the values above. */
const overLists: readonly (readonly [text: string, value: unknown])[] = [
  ["DATA.rows | pluck('a')", [2, 1, 2]],
  ["DATA.rows | where('a', 2) | length", 2],
  ["DATA.rows | where('b') | pluck('b')", ['x', 'x']],
  ["DATA.partial | where('b', true)", [{ b: true }]],
  ["DATA.rows | sort_by('a') | pluck('n')", [[2, 3], [1], []]],
  ["DATA.rows | sort_by('b') | first", { a: 1, b: '', n: [2, 3] }],
  ['DATA.same | unique', [1, true, 'a', [1], { a: 1 }]],
  ['DATA.numbers | unique', [3, 1, 2]],
  ['DATA.numbers | reverse', [1, 2, 1, 3]],
  ['DATA.wide | reverse', 'b\u{1f600}a'],
  ['DATA.numbers | slice(1, -1)', [1, 2]],
  ['DATA.wide | slice(1)', '\u{1f600}b'],
  ['DATA.numbers | batch(3)', [[3, 1, 2], [1]]],
  ['DATA.lists | flatten', [1, 2, 3]],
  ['DATA.numbers | sum', 7],
  ['DATA.none | sum', 0],
  ['DATA.numbers | min', 1],
  ['DATA.texts | max', '\u{1f600}'],
  ['DATA.none | max | default(9)', 9],
  ['DATA.object.a | keys', ['c']],
  ['DATA.object.a | values', ['d']],
  ["DATA.object.a | merge({'c': 1, 'e': 2})", { c: 1, e: 2 }],
  ["DATA.list | contains(',,')", true],
  ['DATA.numbers | contains(3.0)', true],
  ["DATA.object | contains('zip code')", true],
  ["DATA.list | replace(',', '; ')", 'a; b; ; c d'],
  ["DATA.wide | replace('', '.')", '.a.\u{1f600}.b.'],
  ["DATA.list | split(',')", ['a', 'b', '', 'c d']],
  ['DATA.list | split', ['a,b,,c', 'd']],
  ['DATA.list | truncate(4)', 'a,b\u2026'],
  ["DATA.list | truncate(5, '...')", 'a,...'],
  ['DATA.list | truncate(80)', 'a,b,,c d'],
  ["DATA.list | starts_with('a,')", true],
  ['DATA.json | parse_json', { a: [1, true, null] }],
  ["DATA.date | format_date('%d.%m.%Y %H:%M')", '31.01.2026 09:05'],
  ["DATA.day | format_date('%A, %B %d')", 'Thursday, February 29'],
  ['DATA.tie | to_fixed(2)', '0.12'],
  ['DATA.near | to_fixed(1)', '2.7'],
  ['DATA.one | to_fixed(2)', '1.00'],
  ['DATA.html | html_escape', '&lt;a href=&quot;x&quot;&gt;it&#x27;s &amp; more&lt;/a&gt;'],
  ['"a b/ü!\'" | url_encode', 'a%20b%2F%C3%BC%21%27'],
];

test('filters give what they say, with and without types', () => {
  const cases = overLists.map(([text, value]) => {
    const { single, problems } = parseTemplate(`{{ ${text.replaceAll('DATA', 'nodes.data.output')} }}`);
    if (single === undefined) throw new Error(problems[0]?.message);
    return { text, single, expected: represented(value as Value) };
  });
  const expected = cases.map(({ text, expected: outcome }) => `${text}: ${outcome}`);
  expect(cases.map(({ text, single }) => `${text}: ${evaluated(single)}`)).toEqual(expected);
  for (const schema of [{}, schemaOf(values)]) {
    const outcomes = outcomesInPython(cases.map(({ single }) => compileExpression(single, scope(false, schema)).code));
    expect(outcomes.map((outcome, index) => `${cases[index]?.text}: ${outcome}`)).toEqual(expected);
  }
});

const hostile = [
  '',
  '\\',
  '"',
  "'",
  '\n',
  '{}',
  '{{',
  '}',
  '%s',
  'é',
  '\u2028',
  '\u{1f600}',
  '\u0001',
  '\\N{DASH}',
  '"""',
  'x',
];

/** The type of a value, as far as it makes a difference to what is written for it. */
function schemaOf(value: unknown): JsonSchema {
  if (typeof value === 'string') return { type: 'string' };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'integer' : 'number' };
  if (typeof value === 'boolean') return { type: 'boolean' };
  if (value === null) return { type: 'null' };
  if (Array.isArray(value)) {
    const items = value.map(schemaOf);
    const isUniform = new Set(items.map((item) => JSON.stringify(item))).size === 1;
    return { type: 'array', ...(isUniform && items[0] !== undefined && { items: items[0] }) };
  }
  const properties = Object.entries(value as object).map(([key, each]) => [key, schemaOf(each)] as const);
  return { type: 'object', required: Object.keys(value as object), properties: Object.fromEntries(properties) };
}

/** Templates whose parts are text and expressions that hold text of every kind. */
function generateTemplate(random: () => number): Template {
  const text = (): string => pick(random, hostile) + pick(random, hostile);
  const literal = (value: string | number | boolean | null): Expression => ({ kind: 'literal', value, span });
  const filtered = (name: FilterName, subject: Expression, ...args: readonly Expression[]): Expression => ({
    kind: 'filter',
    name,
    subject,
    args,
    nameSpan: span,
    span,
  });
  const path = (...keys: readonly (string | number)[]): Expression => ({
    kind: 'path',
    root: 'nodes',
    segments: ['data', 'output', ...keys].map((key) => ({ key, span })),
    span,
  });
  const expression = (): Expression =>
    pick(random, [
      () => literal(pick(random, [text(), -0, 2, 0.5, true, null])),
      () => path(pick(random, Object.keys(values))),
      () => path(pick(random, Object.keys(floats))),
      () => path('object', pick(random, Object.keys(keyed))),
      () => filtered('default', path('object', text()), literal(pick(random, [text(), 7]))),
      () => filtered('join', path('texts'), literal(text())),
      () => filtered('length', path(pick(random, ['items', 'word', 'object']))),
      () => filtered('round', path(pick(random, ['half', 'whole'])), literal(pick(random, [0, 1]))),
      () => generate(random, 2),
    ])();
  const parts = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
    random() < 0.4
      ? { kind: 'text' as const, text: text(), span }
      : { kind: 'expression' as const, expression: expression(), source: '', span },
  );
  return new Template('', parts, []);
}

test('mixed texts mean the same as in the generated Python, whatever their parts hold', () => {
  const random = randomNumbers(20_261_127);
  const templates = Array.from({ length: 6000 }, () => generateTemplate(random));
  const types = schemaOf({ ...values, whole: 0.5, negative: 0.5 });
  const codes = templates.map((each) => compileText(each, scope(false, types)));
  const inPython = outcomesInPython(codes);
  const known = templates.map((each) => outcomeOf((data) => evaluateText(each, () => data)));
  const different = known.flatMap((ours, index) =>
    ours === undefined || ours === inPython[index]
      ? []
      : [{ code: printModule(py.moduleOf([py.returned(codes[index] as Expr)])).text, ours, python: inPython[index] }],
  );
  expect(different.slice(0, 5)).toEqual([]);
  expect(known.filter((ours) => ours?.startsWith('"')).length).toBeGreaterThan(3000);
});

test.each([
  ["{{ 'b' < '\\uFFFF' }}", true],
  ['{{ 2 > 1 and 1 >= 1.0 }}', true],
  ["{{ 'a' >= 'b' or 1 > 2 }}", false],
  ['{{ 2.5 | round }}', 2],
  ['{{ 3.5 | round }}', 4],
  ['{{ 1.45 | round(1) }}', 1.4],
  ["{{ ' 7 ' | int }}", 7],
  ['{{ nodes.data.output.absent | default(1) }}', 1],
])('%s is %j', (text, value) => {
  const { single } = parseTemplate(text);
  expect(single && evaluate(single, () => values)).toEqual(value);
});
