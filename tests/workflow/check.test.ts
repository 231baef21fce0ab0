import { describe, expect, test } from 'vitest';

import { catalog, check, sourceFiles, type CheckedWorkflow } from '../../src/core/workflow/index.ts';
import { suggest } from '../../src/core/workflow/suggest.ts';
import { codes, diagnose, edge, node, read, workflowText } from './workflows.ts';

function checked(text: string, sources: ReadonlyMap<string, string> = new Map()): CheckedWorkflow {
  const result = check(read(text), sources);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.value;
}

interface Change {
  readonly nodes?: readonly object[];
  readonly edges?: readonly string[];
  readonly env?: readonly string[];
}

function workflow({ nodes = [], edges = [], env = [] }: Change): string {
  return JSON.stringify({
    version: 1,
    name: 'test',
    env,
    nodes: [node('ask', 'httpEndpoint'), ...nodes],
    edges: edges.map(edge),
  });
}

/** A workflow whose only response has this output. */
function answering(
  output: unknown,
  inputSchema: object = { type: 'object', properties: {} },
  config: object = {},
): string {
  return JSON.stringify({
    version: 1,
    name: 'test',
    env: ['REGION'],
    nodes: [
      node('ask', 'httpEndpoint', { path: '/a', inputSchema }),
      node('m', 'openaiCompletion', { model: 'gpt-5.4', prompt: '{{ env.REGION }}', ...config }),
      node('r', 'response', { output }),
    ],
    edges: [edge('ask > m'), edge('m > r')],
  });
}

describe('what check gives', () => {
  test('the order, the branches and the functions', () => {
    const text = workflow({
      nodes: [
        node('reply', 'response'),
        node('c', 'condition'),
        node('other', 'response'),
        node('f', 'pythonFunction', { file: 'lib/f.py', function: 'f' }),
      ],
      edges: ['ask > c', 'c.true > f', 'f > reply', 'c.false > other'],
    });
    const code = 'async def f() -> int:\n    """Gives one."""\n    return 1\n';
    expect(sourceFiles(read(text))).toEqual(['lib/f.py']);
    const result = checked(text, new Map([['lib/f.py', code]]));
    expect(result.order).toEqual(['ask', 'c', 'other', 'f', 'reply']);
    expect(result.branches.get('f')).toEqual([{ kind: 'way', node: 'c', way: 0 }]);
    expect(result.trigger.id).toBe('ask');
    expect([...result.functions]).toEqual([
      ['f', { code, signature: { isAsync: true, docstring: 'Gives one.', parameters: [], returns: 'int' } }],
    ]);
  });

  test('nodes that no run reaches are left out everywhere', () => {
    const text = workflow({
      nodes: [node('r', 'response'), node('spare', 'pythonFunction'), node('tail', 'promptTemplate')],
      edges: ['ask > r', 'spare > r', 'spare > tail'],
    });
    const result = checked(text);
    expect(codes(diagnose(text))).toEqual(['unreachable-node', 'unreachable-node']);
    expect(result.order).toEqual(['ask', 'r']);
    expect(result.file.nodes).toHaveLength(2);
    expect(result.file.edges).toHaveLength(1);
    expect([...result.branches.keys(), ...result.functions.keys()]).toEqual(['ask', 'r']);
    expect(result.branches.get('r')).toEqual([]);
  });

  test('only safe files are asked for', () => {
    const text = workflow({
      nodes: ['a.py', '../b.py', '/c.py', 'a.py'].map((file, index) =>
        node(`f${index}`, 'pythonFunction', { file, function: 'run' }),
      ),
    });
    expect(sourceFiles(read(text))).toEqual(['a.py']);
  });
});

describe('values of other branches', () => {
  const split = (output: string): readonly string[] =>
    codes(
      diagnose(
        workflow({
          nodes: [
            node('c', 'condition'),
            node('x', 'pythonFunction', { code: 'def run() -> str:\n    return ""\n', function: 'run' }),
            node('y', 'pythonFunction'),
            node('r', 'response', { output }),
          ],
          edges: ['ask > c', 'c.true > x', 'c.false > y', 'x > r', 'y > r'],
        }),
      ),
    );

  test.each([
    ['{{ nodes.x.output }}', ['may-not-run']],
    ['{{ nodes.x.output | upper }}', ['may-not-run']],
    [`{{ nodes.x.output | default('') }}`, []],
    [`{{ nodes.x.output | upper | default('') }}`, []],
    // Its function says that it gives a str.
    [`{{ nodes.x.output.a | default('') }}`, ['impossible-member']],
    ['{{ nodes.x.output | default(nodes.y.output) }}', []],
    ['{{ nodes.x.output | default(nodes.x.output) }}', ['may-not-run']],
    [`{{ 'a' | default(nodes.x.output) }}`, ['may-not-run']],
    ['{{ nodes.c.true }}', ['output-without-value']],
  ])('%s', (output, expected) => {
    expect(split(output)).toEqual(expected);
  });

  test('what surely ran, inside and behind a branch, is read freely', () => {
    const text = workflow({
      nodes: [
        node('c', 'condition'),
        node('x', 'pythonFunction'),
        node('z', 'response', { output: '{{ nodes.x.output }}' }),
        node('r', 'response'),
      ],
      edges: ['ask > c', 'c.true > x', 'x > z', 'c.false > r'],
    });
    expect(diagnose(text)).toEqual([]);
  });

  test('the output of a model can be read on both of its ways, its function call on one', () => {
    const model = node('m', 'openaiCompletion', { model: 'gpt-5.4', prompt: 'x', tools: [{ name: 'f' }] });
    const text = workflow({
      nodes: [
        model,
        node('r', 'response', { output: '{{ nodes.m.output.content }}' }),
        node('s', 'response', { output: ['{{ nodes.m.output.model }}', '{{ nodes.m.function_call.name }}'] }),
      ],
      edges: ['ask > m', 'm > r', 'm.function_call > s'],
    });
    expect(diagnose(text)).toEqual([]);
  });

  test('an unconnected function call may be missing', () => {
    const model = node('m', 'openaiCompletion', { model: 'gpt-5.4', prompt: 'x', tools: [{ name: 'f' }] });
    const text = (output: string): string =>
      workflow({ nodes: [model, node('r', 'response', { output })], edges: ['ask > m', 'm > r'] });
    expect(codes(diagnose(text('{{ nodes.m.function_call.name }}')))).toEqual(['may-not-run']);
    expect(diagnose(text(`{{ nodes.m.function_call.name | default('') }}`))).toEqual([]);
    expect(diagnose(text('{{ nodes.m.output.tool_calls }}'))).toEqual([]);
  });
});

describe('ends without an answer', () => {
  test('a step beside the way to the response is none', () => {
    const nodes = [node('c', 'condition'), node('log', 'pythonFunction'), node('r', 'response'), node('s', 'response')];
    expect(diagnose(workflow({ nodes, edges: ['ask > c', 'ask > log', 'c.true > r', 'c.false > s'] }))).toEqual([]);
  });

  test('of a step beside and a way that leads nowhere, only the way is named', () => {
    const nodes = [node('c', 'condition'), node('log', 'pythonFunction'), node('r', 'response')];
    const [found, ...others] = diagnose(workflow({ nodes, edges: ['ask > c', 'ask > log', 'c.true > r'] }));
    expect(others).toEqual([]);
    expect(found?.message).toContain('`c` goes on along `false`');
  });
});

describe('types', () => {
  const schema = {
    type: 'object',
    required: ['n', 's', 'b', 'l', 'o', 'any', 'opt2'],
    properties: {
      n: { type: 'number' },
      s: { type: 'string' },
      b: { type: 'boolean' },
      l: { type: 'array', items: { type: 'string' } },
      o: { type: 'object', required: ['x'], properties: { x: { type: 'integer' } } },
      any: {},
      e: { enum: ['a', 'b'], default: 'a' },
      opt2: { type: ['string', 'null'] },
    },
  };

  test.each([
    ['{{ input.n < 3 }}', []],
    ['{{ input.n < input.o.x }}', []],
    ['{{ input.s < "b" }}', []],
    ['{{ input.s < 3 }}', ['impossible-comparison']],
    ['{{ input.b < 3 }}', ['impossible-comparison']],
    ['{{ input.any < 3 }}', []],
    ['{{ input.any < true }}', ['impossible-comparison']],
    ['{{ input.any < input.any }}', []],
    ['{{ input.l < input.l }}', ['impossible-comparison']],
    ['{{ input.e == "a" }}', []],
    ['{{ input.e != 1 }}', ['impossible-comparison']],
    ['{{ input.n == null }}', ['impossible-comparison']],
    ['{{ input.opt2 == null }}', []],
    ['{{ (input.n == 1) == true }}', []],
    ['{{ input.s | int < 3 }}', []],
    ['{{ input.l | length < 3 }}', []],
    ['{{ input.n | length }}', ['impossible-filter']],
    ['{{ input.l | first | upper }}', []],
    ['{{ input.l | last | round }}', ['impossible-filter']],
    ['{{ input.l | join(", ") | trim }}', []],
    ['{{ input.s | join }}', ['impossible-filter']],
    ['{{ input.n | round(1) }}', []],
    ['{{ input.o | json | lower }}', []],
    ['{{ input.o.y }}', ['impossible-member']],
    ['{{ input.o.x.y }}', ['impossible-member']],
    ['{{ input.l.x }}', ['impossible-member']],
    ['{{ input.l[0] }}', []],
    ['{{ input[0] }}', ['unknown-input']],
    ['{{ input.any.x[0].y }}', []],
    ['{{ input.opt2 | default("x") | upper }}', []],
    ['{{ env.REGION.x }}', ['impossible-member']],
    ['{{ env.REGION[0] }}', ['impossible-member']],
    ['{{ nodes.m.output.usage.total_tokens > 100 }}', []],
    ['{{ nodes.m.output.parsed.a.b }}', []],
    ['{{ nodes.m.output.tool_calls[0].arguments.x | default(1) }}', []],
    ['{{ nodes.m.output.logprobs[0].token }}', ['impossible-member']],
    ['{{ nodes.m.output.annotations[0].url_citation.url | default("") }}', []],
    ['{{ nodes.m.output.annotations.url }}', ['impossible-member']],
    ['{{ nodes.m.output.extras.citations[0] | default("") }}', []],
    ['{{ nodes.m.output.reasoning | default("") | upper }}', []],
    ['{{ nodes.m.output.reasoning.text }}', ['impossible-member']],
    ['{{ nodes.ask.output.o.x }}', []],
    ['{{ not input.n and (input.s or true) }}', []],
  ])('%s', (output, expected) => {
    expect(codes(diagnose(answering(output, schema)))).toEqual(expected);
  });

  test.each([{ logprobs: true }, { extra: { logprobs: true } }])('log probabilities of %j', (asked) => {
    const reading = (path: string): readonly string[] =>
      codes(diagnose(answering(`{{ nodes.m.output.logprobs${path} }}`, schema, asked)));
    expect(reading('[0].top_logprobs[0].logprob < 0')).toEqual([]);
    expect(reading('[0].likelihood')).toEqual(['impossible-member']);
  });

  test('what is nullable, optional or one of several may still be there', () => {
    const choices = {
      type: 'object',
      required: ['a'],
      additionalProperties: true,
      properties: {
        a: { anyOf: [{ type: 'object', properties: { x: {} } }, { type: 'string' }] },
        m: { type: 'object', additionalProperties: { type: 'number' } },
      },
    };
    expect(diagnose(answering('{{ input.a.x }}{{ input.other.x }}', choices)).map(({ code }) => code)).toEqual([
      'optional-input',
    ]);
    expect(codes(diagnose(answering('{{ input.a.y }}', choices)))).toEqual(['impossible-member']);
    expect(diagnose(answering('{{ input.m.any | default(1) < 3 }}', choices))).toEqual([]);
  });
});

describe('schemas', () => {
  test.each([
    [{ type: 'string', default: 'abc', minLength: 2, maxLength: 3 }, []],
    [{ type: 'string', default: 'abcd', maxLength: 3 }, ['default-mismatch']],
    [{ type: 'string', default: '👍👍', maxLength: 2 }, []],
    [{ type: 'string', default: '', minLength: 1 }, ['default-mismatch']],
    [{ type: 'integer', default: 1.5 }, ['default-mismatch']],
    [{ type: 'number', default: 0.3, multipleOf: 0.1 }, []],
    [{ type: 'number', default: 0.35, multipleOf: 0.1 }, ['default-mismatch']],
    [{ type: 'number', default: 5, exclusiveMaximum: 5 }, ['default-mismatch']],
    [{ type: 'number', default: 5, exclusiveMinimum: 5 }, ['default-mismatch']],
    [{ type: 'number', default: 6, maximum: 5 }, ['default-mismatch']],
    [{ type: 'number', exclusiveMinimum: 5, maximum: 5 }, ['empty-range']],
    [{ type: 'array', default: [], minItems: 1 }, ['default-mismatch']],
    [{ type: 'array', default: ['a', 1], items: { type: 'string' } }, ['default-mismatch']],
    [{ type: 'array', default: ['a'], items: { type: 'string', maxLength: 3 } }, []],
    [{ type: 'object', default: {}, required: ['a'], properties: { a: { type: 'null' } } }, ['default-mismatch']],
    [{ type: 'object', default: { a: 1 }, properties: { a: { type: 'null' } } }, ['default-mismatch']],
    [{ type: 'object', default: { b: 1 }, additionalProperties: false }, ['default-mismatch']],
    [{ type: 'object', default: { b: 1 }, additionalProperties: { type: 'string' } }, ['default-mismatch']],
    [{ type: ['string', 'null'], default: null }, []],
    [{ enum: ['a', { b: [1] }], default: { b: [1] } }, []],
    [{ enum: ['a', [1]], default: [2] }, ['default-mismatch']],
    [{ const: 'a', default: 'b' }, ['default-mismatch']],
    [{ type: 'boolean', const: 'a' }, ['default-mismatch']],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }], default: 1 }, ['default-mismatch']],
    [{ type: 'string', pattern: String.raw`^[\w-]*\d{2,}$` }, []],
    [{ type: 'string', pattern: '^(?!\\.)(?=.*@)[a-z]+$' }, []],
    // Python has no such escapes, and the service would not start.
    [{ type: 'string', pattern: String.raw`^\p{L}+$` }, ['invalid-pattern']],
    [{ type: 'string', pattern: String.raw`^\cA+$` }, ['invalid-pattern']],
    [{ type: 'string', pattern: '(?<year>[0-9]{4})' }, ['invalid-pattern']],
    [{ type: 'string', pattern: '[^]' }, ['invalid-pattern']],
    [{ type: 'string', pattern: String.raw`(a)\1` }, ['invalid-pattern']],
    [{ type: 'string', pattern: '(?<!a)b' }, ['invalid-pattern']],
    [{ type: 'string', pattern: 'a'.repeat(4001) }, ['invalid-pattern']],
    [{ type: 'array', items: { type: 'string', pattern: '(' } }, ['invalid-pattern']],
    [{ type: 'object', additionalProperties: { type: 'string', pattern: '(' } }, ['invalid-pattern']],
    [{ anyOf: [{ type: 'string', pattern: '(' }, { type: 'null' }] }, ['invalid-pattern']],
    [{ type: 'object', required: ['x'] }, ['required-undeclared-property']],
  ])('%j', (property, expected) => {
    expect(codes(diagnose(answering('x', { type: 'object', properties: { p: property } })))).toEqual(expected);
  });
});

describe('references in schemas', () => {
  const definitions = (count: number, make: (next: string) => unknown): object => ({
    type: 'object',
    properties: { first: { $ref: '#/$defs/d0' } },
    $defs: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`d${index}`, make(`#/$defs/d${(index + 1) % count}`)]),
    ),
  });
  const holding = (next: string): object => ({
    type: 'object',
    required: ['x'],
    properties: { x: { $ref: next }, y: { $ref: next } },
  });
  const found = (schema: object): readonly string[] => codes(diagnose(answering('x', schema)));

  test('schemas that hold each other, as many as there may be, and more', () => {
    expect(found(definitions(400, holding))).toEqual([]);
    expect(found(definitions(401, holding))).toEqual(['too-many-references']);
  });

  test('schemas that are each other take no time and are told', () => {
    const twice = (next: string): object => ({ anyOf: [{ $ref: next }, { $ref: next }] });
    expect(new Set(found(definitions(60, twice)))).toEqual(new Set(['schema-reference']));
    const ending = {
      ...definitions(90, twice),
      $defs: { ...(definitions(90, twice) as { $defs: object }).$defs, d89: { type: 'string' } },
    };
    expect(found(ending)).toEqual([]);
  });
});

describe('models', () => {
  const using = (model: string): readonly string[] =>
    codes(
      diagnose(
        workflow({
          nodes: [node('m', 'openaiCompletion', { model, prompt: 'x' }), node('r', 'response')],
          edges: ['ask > m', 'm > r'],
        }),
      ),
    );

  test.each([
    ['my-deployment', ['unknown-model']],
    ['llama-3', ['unknown-model']],
    ['gpt-7-nova', ['unknown-model']],
    ['{{ env.MODEL }}', ['undeclared-env']],
    ['gpt-5-4', ['unknown-model']],
    ['ft:gpt-4o-mini:org::id', ['retiring-model']],
  ])('%s gives %j', (model, expected) => {
    expect(using(model)).toEqual(expected);
  });
});

test.each([
  ['sumarise', ['summarise', 'answer'], 'summarise'],
  ['max_tokens', ['maxTokens', 'model'], 'maxTokens'],
  ['POST', ['post'], 'post'],
  ['x', ['y', 'zebra'], undefined],
  ['abc', ['xyz'], undefined],
  ['', ['a'], undefined],
  ['answer', ['answer'], undefined],
  ['a'.repeat(200), ['a'.repeat(199)], undefined],
  ['reocrd', ['record', 'recorder'], 'record'],
])('instead of %s among %j: %s', (name, candidates, expected) => {
  expect(suggest(name, candidates)).toBe(expected);
});

test('every code says why it is one and what to do', () => {
  for (const [code, { why, whatToDo }] of Object.entries(catalog)) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(why, code).toMatch(/^[A-Z`].*\.$/s);
    expect(whatToDo, code).toMatch(/^[A-Z`].*\.$/s);
  }
});

test('more nodes than anyone can read are refused without a closer look', () => {
  const ids = Array.from({ length: 5001 }, (_, index) => `c${index}`);
  const edges = ids.slice(1).map((id, index) => `c${index}.true > ${id}`);
  expect(codes(diagnose(workflowText(ids, edges)))).toEqual(['too-many-nodes']);
});

test.each([
  [60, []],
  [61, ['branch-too-deep']],
  [1000, ['branch-too-deep']],
])('%i conditions in each other', (depth, expected) => {
  const ids = ['a', ...Array.from({ length: depth }, (_, index) => `c${index}`), 'r', 'rr'];
  const ways = ids
    .slice(1, -2)
    .flatMap((id, index) => [`${index === 0 ? 'a' : `c${index - 1}.true`} > ${id}`, `${id}.false > r`]);
  expect(codes(diagnose(workflowText(ids, [...ways, `c${depth - 1}.true > rr`])))).toEqual(expected);
});

test('a thousand nodes are checked quickly', () => {
  const ids = ['a', ...Array.from({ length: 1000 }, (_, index) => `f${index}`), 'r'];
  const text = workflowText(
    ids,
    ids.slice(1).map((id, index) => `${ids[index]} > ${id}`),
  );
  expect(diagnose(text)).toEqual([]);
  const start = process.cpuUsage();
  diagnose(text);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
});
