import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { validated } from '../../src/core/codegen/python/project/tests/inputValue.ts';
import * as py from '../../src/core/codegen/python/syntax/build.ts';
import { createScope } from '../../src/core/codegen/python/syntax/names.ts';
import type { Identifier } from '../../src/core/codegen/python/syntax/tree.ts';
import { printModule } from '../../src/core/codegen/python/syntax/print.ts';
import { AnswerTypes } from '../../src/core/codegen/python/workflow/answerTypes.ts';
import { compileExpression, compileTruth } from '../../src/core/codegen/python/workflow/expressions.ts';
import { InputModels } from '../../src/core/codegen/python/workflow/inputModels.ts';
import type { PathScope } from '../../src/core/codegen/python/workflow/paths.ts';
import { compileText } from '../../src/core/codegen/python/workflow/texts.ts';
import { evaluate, evaluateText, type RootValue } from '../../src/core/workflow/expressions/evaluate.ts';
import { parseTemplate } from '../../src/core/workflow/expressions/parser.ts';
import { partsOf } from '../../src/core/workflow/expressions/walk.ts';
import {
  Template,
  type ArithmeticOperator,
  type Expression,
  type FilterName,
} from '../../src/core/workflow/expressions/syntax.ts';
import {
  isList,
  isRecord,
  MissingValue,
  truthOf,
  Unknown,
  ValueError,
  WholeFloat,
  type Value,
} from '../../src/core/workflow/expressions/values.ts';
import type { Json } from '../../src/core/workflow/json.ts';
import type { JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { pick, randomNumbers } from '../workflow/expressions/random.ts';
import { python } from './generatedProject.ts';

/*
 * Where types are known, expressions become plain Python. Here they read inputs and answers whose members may be left out, at
 * any depth: what CPython makes of them is what the evaluator says, and pyright in strict mode has nothing against them.
 */
const runtime = join(import.meta.dirname, '../../runtime/python');
const span = { start: 0, end: 0 };

const leaves = (isAnswer: boolean): Record<string, JsonSchema> => ({
  flag: { type: 'boolean' },
  on: { type: 'boolean' },
  count: { type: 'integer' },
  price: { type: 'number' },
  name: { type: 'string' },
  kind: { enum: ['a', 'b'] },
  tags: { type: 'array', items: { type: 'string' } },
  scores: { type: 'array', items: { type: 'number' } },
  sizes: { type: 'object', additionalProperties: { type: 'integer' } },
  ...(isAnswer ? {} : { page: { type: 'integer', default: 1 }, note: { type: ['string', 'null'], default: null } }),
});

const required = ['on', 'count', 'name', 'tags'];

function nested(isAnswer: boolean, depth: number): JsonSchema {
  const properties = leaves(isAnswer);
  if (depth > 0) {
    const inner = nested(isAnswer, depth - 1);
    properties['maybe'] = inner;
    properties['sure'] = nested(isAnswer, depth - 1);
    properties['rows'] = { type: 'array', items: nested(isAnswer, depth - 1) };
  }
  return { type: 'object', properties, required: [...required, ...(depth > 0 ? ['sure'] : [])] };
}

const schemas = { input: nested(false, 2), answer: nested(true, 2) };

function sample(random: () => number, schema: JsonSchema): Json {
  if (schema.enum !== undefined) return pick(random, schema.enum);
  const type = Array.isArray(schema.type) ? pick(random, schema.type) : schema.type;
  switch (type) {
    case 'boolean':
      return random() < 0.5;
    case 'integer':
      return pick(random, [0, 1, -3, 18]);
    case 'number':
      return pick(random, [0, 2, 2.5, -1.25, 0.125, 1e-7]);
    case 'string':
      return pick(random, ['', 'a', ' b ', 'Stra\u00dfe', '\u{1f600}x', '12']);
    case 'array':
      return Array.from({ length: Math.floor(random() * 3) }, () => sample(random, schema.items ?? {}));
    case 'object': {
      const known = Object.entries(schema.properties ?? {}).filter(
        ([key]) => (schema.required?.includes(key) ?? false) || random() < 0.5,
      );
      const more = typeof schema.additionalProperties === 'object' && random() < 0.5 ? [['small', 3] as const] : [];
      return Object.fromEntries([...known.map(([key, each]) => [key, sample(random, each)] as const), ...more]);
    }
    default:
      return null;
  }
}

type Kind = 'boolean' | 'integer' | 'number' | 'string' | 'texts' | 'numbers';

const kindKeys: Readonly<Record<Kind, readonly string[]>> = {
  boolean: ['flag', 'on'],
  integer: ['count', 'page', 'sizes'],
  number: ['price'],
  string: ['name', 'kind', 'note'],
  texts: ['tags'],
  numbers: ['scores'],
};

const literals = { boolean: [true, false], integer: [0, 3], number: [0.5, 2.5], string: ['', 'a'] };

/** Expressions of one type over the members of the input or of an answer. */
class Generator {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  of(kind: Kind, depth: number): Expression {
    const inner = (other: Kind): Expression => this.of(other, depth - 1);
    if (depth <= 0) return this.#random() < 0.8 ? this.#path(kind) : this.#literal(kind);
    if (this.#random() < 0.35) {
      const [subject, other] = [inner(kind), inner(kind)];
      // What is missing once is missing twice; nobody writes that, and pyright finds that nothing is left.
      const read = namesIn(subject);
      return this.#filter(
        'default',
        subject,
        namesIn(other).some((name) => read.includes(name)) ? this.#literal(kind) : other,
      );
    }
    if (this.#random() < 0.1)
      return { kind: 'conditional', test: inner('boolean'), then: inner(kind), otherwise: inner(kind), span };
    switch (kind) {
      case 'boolean':
        return this.#boolean(inner);
      case 'integer':
        return this.#pick<() => Expression>([
          () => this.#arithmetic(this.#pick(['+', '-', '*', '//', '%']), inner('integer'), inner('integer')),
          () => ({ kind: 'negative', operand: inner('integer'), span }),
          // Nobody asks how long a text is that stands there; ruff would say so.
          () => this.#filter('length', this.#path(this.#pick(['string', 'texts'] as const))),
          () => this.#filter('round', inner('number')),
          () => this.#filter('int', inner(this.#pick(['number', 'integer', 'boolean'] as const))),
          () => this.#path(kind),
        ])();
      case 'number':
        return this.#pick([
          () => {
            const side = (): Expression => inner(this.#pick(['number', 'integer']));
            return this.#arithmetic(this.#pick(['+', '-', '*', '/', '//', '%']), side(), side());
          },
          () => this.#filter('round', inner('number'), this.#of(this.#pick([1, 2]))),
          () => this.#filter('float', inner(this.#pick(['number', 'integer'] as const))),
          () => this.#filter(this.#pick(['first', 'last']), inner('numbers')),
          () => this.#path(kind),
        ])();
      case 'string':
        return this.#pick<() => Expression>([
          () => this.#filter(this.#pick(['upper', 'lower', 'trim']), inner('string')),
          () => ({
            kind: 'concatenation',
            parts: [inner('string'), inner(this.#pick(['integer', 'string', 'number']))],
            span,
          }),
          () => this.#filter(this.#pick(['first', 'last']), inner(this.#pick(['texts', 'string'] as const))),
          () => this.#filter('join', inner(this.#pick(['texts', 'numbers'] as const)), this.#of('+')),
          () =>
            this.#filter(this.#pick(['string', 'json']), inner(this.#pick(['number', 'integer', 'boolean'] as const))),
          () => this.#path(kind),
        ])();
      default:
        return this.#path(kind);
    }
  }

  /** A text for each item of a list of texts, or of objects. */
  loop(): Expression {
    const isAnswer = this.#random() < 0.5;
    const ofRows = this.#random() < 0.6;
    const start = isAnswer ? ['answer', 'output', 'parsed'] : [];
    const keys = [...start, ...(this.#random() < 0.5 ? ['sure'] : []), ofRows ? 'rows' : 'tags'];
    const list: Expression = {
      kind: 'path',
      root: isAnswer ? 'nodes' : 'input',
      segments: keys.map((key) => ({ key, span })),
      span,
    };
    const variable = `item_${keys.join('_')}`;
    const item = (...members: readonly string[]): Expression => {
      const segments = [variable, ...members].map((key) => ({ key, span }));
      return { kind: 'path', root: 'local', segments, over: list, span };
    };
    const parts = ofRows
      ? [
          item('name'),
          this.#filter('default', item('price'), this.#of(0.5)),
          this.#filter('length', item('tags')),
          this.#pick([item('flag'), item('on')]),
        ]
      : [item(), this.#filter('upper', item())];
    return { kind: 'each', variable, list, body: { kind: 'concatenation', parts, span }, span };
  }

  #boolean(inner: (kind: Kind) => Expression): Expression {
    const compared = (): Expression => {
      const kind = this.#pick(['integer', 'number', 'string'] as const);
      const operator = this.#pick(['==', '!=', '<', '<='] as const);
      return { kind: 'comparison', operator, left: inner(kind), right: inner(kind), span };
    };
    return this.#pick([
      compared,
      (): Expression => ({ kind: 'not', operand: inner('boolean'), span }),
      (): Expression => {
        const kind = this.#pick(['string', 'number', 'integer'] as const);
        const list =
          kind === 'integer'
            ? inner('numbers')
            : { kind: 'list' as const, items: [inner(kind), this.#literal(kind)], span };
        const right = kind === 'string' ? this.#pick([list, inner('texts'), inner('string')]) : list;
        return { kind: 'membership', operator: this.#pick(['in', 'not in']), left: inner(kind), right, span };
      },
      (): Expression => {
        const operator = this.#pick(['and', 'or'] as const);
        return { kind: 'logical', operator, left: inner('boolean'), right: inner('boolean'), span };
      },
      (): Expression => {
        const right = this.#of(this.#random() < 0.5);
        return { kind: 'comparison', operator: this.#pick(['==', '!=']), left: inner('boolean'), right, span };
      },
    ])();
  }

  #pick<T>(items: readonly T[]): T {
    return pick<T>(this.#random, items);
  }

  #of(value: string | number | boolean): Expression {
    return { kind: 'literal', value, span };
  }

  #literal(kind: Kind): Expression {
    if (kind === 'texts' || kind === 'numbers') return this.#path(kind);
    return this.#of(this.#pick<string | number | boolean>(literals[kind]));
  }

  #arithmetic(operator: ArithmeticOperator, left: Expression, right: Expression): Expression {
    return { kind: 'arithmetic', operator, left, right, operatorSpan: span, span };
  }

  #filter(name: FilterName, subject: Expression, ...args: readonly Expression[]): Expression {
    return { kind: 'filter', name, subject, args, nameSpan: span, span };
  }

  #path(kind: Kind): Expression {
    const isAnswer = this.#random() < 0.4;
    const keys: (string | number)[] = [];
    for (let depth = 2; depth > 0 && this.#random() < 0.7; depth -= 1) {
      const key = this.#pick(['maybe', 'sure', 'rows']);
      keys.push(key, ...(key === 'rows' ? [this.#pick([0, 1])] : []));
    }
    const key = this.#pick(kindKeys[kind].filter((each) => !isAnswer || !['page', 'note'].includes(each)));
    keys.push(key, ...(key === 'sizes' ? ['small'] : []));
    const all = isAnswer ? ['answer', 'output', 'parsed', ...keys] : keys;
    return {
      kind: 'path',
      root: isAnswer ? 'nodes' : 'input',
      segments: all.map((each) => ({ key: each, span })),
      span,
    };
  }
}

function namesIn(expression: Expression): readonly string[] {
  return partsOf(expression).flatMap(({ part }) =>
    part.kind === 'path' ? [JSON.stringify(part.segments.map(({ key }) => key))] : [],
  );
}

const models = new InputModels(createScope(['Input', 'Answer']), 'x', true, 40);
models.addNamed(schemas.input, py.identifier('Input'), 'Input', 'An input.');
const answers = new AnswerTypes(createScope(['Input']));
const answerType = answers.typeOf(schemas.answer, 'answer');

function scopeOf(isLoose: boolean): PathScope {
  const output: JsonSchema = { type: 'object', properties: { parsed: schemas.answer }, required: ['parsed'] };
  return {
    ambient: py.imported('app.runtime', 'ambient'),
    types: { input: schemas.input, output: () => ({ schema: output, certain: true }) },
    isPlain: () => false,
    isTyped: ({ root, over }, count) =>
      root === 'local' ? over?.kind === 'path' && over.root === 'nodes' : root === 'nodes' && count >= 3,
    isLoose,
    modelOf: (schema) => models.classOf(schema),
    loose: () => scopeOf(true),
    mark: (code) => code,
    local: (variable) => variable as Identifier,
    handle: () => ({ code: py.name('answer'), ran: undefined }),
  };
}

/** `note` may be null. */
const pythonTypes = {
  boolean: py.name('bool'),
  integer: py.name('int'),
  number: py.name('float'),
  string: py.union(py.name('str'), py.literal(null)),
};

/** One module with a function for each expression. */
function moduleOf(
  expressions: readonly { readonly kind: keyof typeof pythonTypes; readonly of: Expression }[],
): string {
  const dict = (...types: readonly ReturnType<typeof py.name>[]) => py.subscript(py.name('dict'), py.tuple(types));
  const parameters = [
    py.parameter('inputs', py.name('Input')),
    py.parameter('answer', dict(py.name('str'), answerType)),
  ];
  const names = createScope();
  const functions = expressions.flatMap(({ kind, of }) => {
    const written = [
      [pythonTypes[kind], compileExpression(of, scopeOf(false)).code],
      [py.name('bool'), compileTruth(of, scopeOf(false))],
      [py.name('str'), compileText(textOf(of), scopeOf(false))],
    ] as const;
    return written.map(([type, code], index) =>
      py.def(names.snake(`${['value', 'truth', 'text'][index]} of ${names.size}`), {
        parameters,
        returns: type,
        docstring: 'An expression.',
        body: [py.returned(code)],
      }),
    );
  });
  return printModule(py.moduleOf([...models.statements, ...answers.statements, ...functions], 'Expressions.')).text;
}

const textOf = (expression: Expression): Template =>
  new Template(
    '',
    [
      { kind: 'text', text: 'It is ' },
      { kind: 'expression', expression, source: '', span },
    ],
    [],
  );

/** As Python's `.17e`, so that both write the same. */
function inDigits(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential(17).split('e');
  return `${Object.is(value, -0) ? '-' : ''}${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
}

function represented(value: Value): string | undefined {
  if (value instanceof Unknown) return undefined;
  if (value instanceof WholeFloat) return inDigits(value.value);
  if (typeof value === 'number') return inDigits(value);
  if (isList(value)) return `[${value.map(represented).join(', ')}]`;
  return isRecord(value) ? 'object' : JSON.stringify(value);
}

function outcomeOf(work: () => Value): string | undefined {
  try {
    return represented(work());
  } catch (error) {
    if (error instanceof MissingValue) return 'missing';
    if (error instanceof ValueError) return 'wrong';
    throw error;
  }
}

const program = `
import json, math, sys
from app.runtime.errors import ExpressionError, MissingValue
given = json.load(sys.stdin)
module = {"__name__": "expressions"}
exec(given["module"], module)
functions = [value for name, value in module.items() if callable(value) and name.split("_")[0] in ("value", "truth", "text")]
def represented(value):
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ", ".join(map(represented, value)) + "]"
    if not math.isfinite(value):
        return repr(value)
    return f"{value:.17e}"
def outcome(function, inputs, answer):
    try:
        return represented(function(inputs, answer))
    except (MissingValue, KeyError, IndexError):
        return "missing"
    except (ExpressionError, ZeroDivisionError, OverflowError):
        return "wrong"
cases = [(module["Input"].model_validate_json(json.dumps(i)), {"parsed": a}) for i, a in given["cases"]]
print(json.dumps([[outcome(function, *case) for case in cases] for function in functions]))
`;

const kinds = ['boolean', 'integer', 'number', 'string'] as const;

function expressionsOf(seed: number, count: number) {
  const random = randomNumbers(seed);
  const generator = new Generator(random);
  const all = Array.from({ length: count }, () => {
    const kind = pick(random, kinds);
    return { kind, of: generator.of(kind, 1 + Math.floor(random() * 3)) };
  });
  const loops = Array.from({ length: count / 10 }, () => ({ kind: 'string' as const, of: generator.loop() }));
  return [...all, ...loops];
}

test('expressions over typed values mean what the evaluator says, whatever was left out', () => {
  const expressions = expressionsOf(20_261_129, 1200);
  const random = randomNumbers(7);
  const cases = Array.from(
    { length: 12 },
    () => [sample(random, schemas.input), sample(random, schemas.answer)] as const,
  );
  const input = JSON.stringify({ module: moduleOf(expressions), cases });
  const options = { input, encoding: 'utf8', cwd: runtime, maxBuffer: 1 << 28 } as const;
  const inPython = JSON.parse(execFileSync(python, ['-W', 'error', '-c', program], options)) as readonly string[][];
  const outcomes = new Map<string, number>();
  for (const [index, { of }] of expressions.entries()) {
    for (const [place, [given, answer]] of cases.entries()) {
      const roots = {
        input: validated(given, schemas.input, 'null'),
        nodes: { parsed: answer as Value },
        env: undefined,
        caller: undefined,
      };
      const rootOf: RootValue = (read) =>
        read.kind === 'path' && read.root !== 'local' ? roots[read.root] : undefined;
      const expected = [
        () => evaluate(of, rootOf),
        () => {
          const value = evaluate(of, rootOf);
          return truthOf(value) ?? value;
        },
        () => evaluateText(textOf(of), rootOf),
      ].map(outcomeOf);
      for (const [form, ours] of expected.entries()) {
        if (ours === undefined) continue;
        const found = inPython[index * 3 + form]?.[place];
        outcomes.set(ours, (outcomes.get(ours) ?? 0) + 1);
        if (ours !== found) {
          const code = printModule(py.moduleOf([py.returned(compileExpression(of, scopeOf(false)).code)])).text;
          expect({ code, form, given, answer, outcome: found }).toEqual({ code, form, given, answer, outcome: ours });
        }
      }
    }
  }
  expect(outcomes.get('missing')).toBeGreaterThan(2500);
  expect(outcomes.get('true')).toBeGreaterThan(2500);
  expect(outcomes.size).toBeGreaterThan(100);
});

test.each([
  ['a further key', { type: 'object', additionalProperties: { type: 'string' } }, { more: 'x' }, 'x'],
  ['a further key that is not there', { type: 'object', additionalProperties: { type: 'string' } }, {}, 'none'],
  ['a key of one of two classes', oneOf('more', 'less'), { more: 'x' }, 'x'],
  ['a key of the other class', oneOf('more', 'less'), { less: 'x' }, 'none'],
] as const)('%s of an object is read', (_name, given, value, expected) => {
  const inner: JsonSchema = 'anyOf' in given ? given : { ...given, properties: { known: { type: 'string' } } };
  const schema: JsonSchema = { type: 'object', properties: { inner }, required: ['inner'] };
  const classes = new InputModels(createScope(['Input']), 'x', true, 40);
  classes.addNamed(schema, py.identifier('Input'), 'Input', 'An input.');
  const scope: PathScope = {
    ...scopeOf(false),
    types: { input: schema, output: () => undefined },
    modelOf: (each) => classes.classOf(each),
  };
  const path: Expression = {
    kind: 'path',
    root: 'input',
    segments: ['inner', 'more'].map((key) => ({ key, span })),
    span,
  };
  const other: Expression = { kind: 'literal', value: 'none', span };
  const { code } = compileExpression(
    { kind: 'filter', name: 'default', subject: path, args: [other], nameSpan: span, span },
    scope,
  );
  const run = py.def('value_of', {
    parameters: [py.parameter('inputs', py.name('Input')), py.parameter('answer', py.name('object'))],
    returns: py.name('object'),
    body: [py.returned(code)],
  });
  const module = printModule(py.moduleOf([...classes.statements, run])).text;
  const input = JSON.stringify({ module, cases: [[{ inner: value }, null]] });
  const options = { input, encoding: 'utf8', cwd: runtime } as const;
  expect(JSON.parse(execFileSync(python, ['-c', program], options))).toEqual([[JSON.stringify(expected)]]);
});

function oneOf(...keys: readonly string[]): { readonly anyOf: JsonSchema[] } {
  return {
    anyOf: keys.map((key): JsonSchema => ({
      type: 'object',
      properties: { [key]: { type: 'string' } },
      required: [key],
    })),
  };
}

/** Filters for lists, as one writes them. */
const overLists = [
  "input.sure.rows | pluck('name')",
  "input.sure.rows | where('on') | pluck('count')",
  "nodes.answer.output.parsed.sure.rows | default([]) | pluck('name')",
  "nodes.answer.output.parsed.sure.rows | default([]) | where('name', 'a') | sort_by('count') | length",
  'input.tags | unique | reverse | slice(0, 2)',
  'input.scores | default([1]) | sum',
  'input.scores | default([]) | max | default(0)',
  'nodes.answer.output.parsed | keys',
  "nodes.answer.output.parsed | merge({'a': [1, 'x']}) | values",
  "input.name | replace('a', 'b') | split(',') | batch(2) | flatten",
  'input.name | truncate(10) | url_encode | html_escape',
  "'1' in input.name or input.count in [1, 2] or input.tags | contains('a')",
  'input.price | default(0) | to_fixed(2)',
  "[input.count, {'a': input.name}] if input.on else [nodes.answer.output.parsed.sure | default(null)]",
];

function modulesOfLists(): string {
  const names = createScope();
  const functions = overLists.map((text) => {
    const { single, problems } = parseTemplate(`{{ ${text} }}`);
    if (single === undefined) throw new Error(problems[0]?.message);
    return py.def(names.snake(`value of ${names.size}`), {
      parameters: [
        py.parameter('inputs', py.name('Input')),
        py.parameter('answer', py.subscript(py.name('dict'), py.tuple([py.name('str'), answerType]))),
      ],
      returns: py.name('object'),
      docstring: 'An expression.',
      body: [py.returned(compileExpression(single, scopeOf(false)).code)],
    });
  });
  return printModule(py.moduleOf([...models.statements, ...answers.statements, ...functions], 'Expressions.')).text;
}

test('pyright and ruff find nothing in them', async () => {
  const folder = await temporaryFolder();
  const module = moduleOf(expressionsOf(3, 200));
  mkdirSync(join(folder, 'generated'));
  writeFileSync(join(folder, 'generated/expressions.py'), module);
  writeFileSync(join(folder, 'generated/lists.py'), modulesOfLists());
  writeFileSync(
    join(folder, 'pyrightconfig.json'),
    JSON.stringify({ typeCheckingMode: 'strict', include: ['generated'], extraPaths: [runtime] }),
  );
  const pyright = join(import.meta.dirname, '../../node_modules/pyright/index.js');
  const run = (command: string, args: readonly string[]): string => {
    try {
      return execFileSync(command, args, { encoding: 'utf8', cwd: folder });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  expect(run(process.execPath, [pyright, '--pythonpath', python])).toContain('0 errors, 0 warnings');
  const config = join(runtime, 'pyproject.toml');
  const rules = ['--config', config, '--ignore', 'E501,I001', '--output-format', 'concise'];
  expect(run(python, ['-m', 'ruff', 'check', ...rules, 'generated'])).toContain('All checks passed');
}, 120_000);
