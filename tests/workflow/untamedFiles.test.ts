import { expect, test } from 'vitest';

import { createCompiler } from '../../src/core/codegen/python/index.ts';
import { parseTemplate } from '../../src/core/workflow/expressions/parser.ts';
import { crc32 } from '../../src/host/crc32.ts';
import type { Json } from '../../src/core/workflow/json.ts';

type JsonObject = { readonly [key: string]: Json };

function workflow(inputSchema: JsonObject, output: Json, more: JsonObject = {}): string {
  return JSON.stringify({
    version: 1,
    name: 'demo',
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: '/ask', inputSchema } },
      { id: 'reply', type: 'response', config: { output } },
    ],
    edges: [{ source: 'ask', target: 'reply' }],
    ...more,
  });
}

function compiled(text: string) {
  return createCompiler({ name: 'demo.workflow.json', crc32 }).compile(text, new Map());
}

function testsOf(text: string): string {
  const { files, diagnostics } = compiled(text);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return files?.find(({ path }) => path === 'tests/test_demo.py')?.content ?? '';
}

const message = { type: 'object', required: ['m'], properties: { m: { type: 'string' } } };

test('defaults in defaults are as much work as there are of them', { timeout: 10_000 }, () => {
  const nested = (depth: number): string => (depth === 0 ? '1' : `1 | default(${nested(depth - 1)})`);
  const missing = (depth: number): string => (depth === 0 ? '1' : `(input.a | upper) | default(${missing(depth - 1)})`);
  for (const expression of [nested(25), missing(25)]) {
    const { diagnostics, files } = compiled(workflow({ type: 'object' }, `{{ ${expression} }}`));
    expect(files !== undefined || diagnostics.length > 0).toBe(true);
  }
});

const numbers = (count: number): string => `[${Array.from({ length: count }, (_, index) => index).join(', ')}]`;
const words = `"${'a,'.repeat(50_000)}" | split(",")`;
const quoted = Array.from({ length: 60 }, () => 'json').join(' | ');
test.each([
  [
    'loops in loops',
    `${['a', 'b', 'c'].map((name) => `{{ for ${name} in ${numbers(1000)} }}`).join('')}x${'{{ end }}'.repeat(3)}`,
  ],
  ['a long text between many', `{{ ${words} | join("${'b'.repeat(2000)}") }}`],
  [
    'a long text in the place of many',
    `{{ "${'y'.repeat(1000)}" | replace("y", "${'z'.repeat(1000)}") | replace("z", "${'q'.repeat(1000)}") }}`,
  ],
  ['quotes that are quoted again and again', `{{ '"' | ${quoted} }}`],
  ['what is unique among many', `{{ ${numbers(50_000)} | unique | length }}`],
])('what a few words ask for is left to the service: %s', { timeout: 10_000 }, (_name, output) => {
  const { diagnostics, files } = compiled(workflow(message, output));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const written = files?.map(({ content }) => content).join('') ?? '';
  expect(written.length).toBeLessThan(3_000_000);
});

test('values that double from node to node are not worked out', { timeout: 10_000 }, () => {
  const ids = Array.from({ length: 60 }, (_, index) => `e${index}`);
  const given = (id: number): Json =>
    id === 0 ? ['x'] : [`{{ nodes.e${id - 1}.output }}`, `{{ nodes.e${id - 1}.output }}`];
  const { diagnostics, files } = compiled(
    JSON.stringify({
      version: 1,
      name: 'demo',
      nodes: [
        { id: 'ask', type: 'httpEndpoint', config: { path: '/ask', inputSchema: message } },
        ...ids.map((id, index) => ({ id, type: 'editFields', config: { set: { a: given(index) } } })),
        { id: 'reply', type: 'response', config: { output: '{{ nodes.e59.output }}' } },
      ],
      edges: ['ask', ...ids].map((source, index) => ({ source, target: [...ids, 'reply'][index] })),
    }),
  );
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(files).toBeDefined();
});

test('keys of an object, and findings in one text, are as much work as there are of them', { timeout: 20_000 }, () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => `"k${index}": 1`).join(', ');
  expect(parseTemplate(`{{ {${keys}} }}`).problems).toEqual([]);
  const unknown = Array.from({ length: 4_000 }, (_, index) => `{{ env.V${index} }}`).join('/');
  expect(compiled(workflow(message, unknown)).diagnostics).toHaveLength(4_000);
});

test.each([
  ['blocks', `${'{{ if input.m == "a" }}'.repeat(50)}x${'{{ end }}'.repeat(50)}`],
  ['ways', `{{ if input.m == "a" }}x${'{{ else if input.m == "b" }}y'.repeat(5_000)}{{ end }}`],
])('too many %s of a choice are a finding', (_name, output) => {
  const { diagnostics } = compiled(workflow(message, output));
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['expression-syntax']));
});

const many = { type: 'array', minItems: 300 };
test.each([
  ['a list of a thousand million', { type: 'array', minItems: 1e9, items: { type: 'integer' } }],
  ['lists in lists', { ...many, items: { ...many, items: { ...many, items: { type: 'integer' } } } }],
  ['a text of a thousand million', { type: 'string', minLength: 1e9 }],
  ['such a text of a pattern', { type: 'string', minLength: 1e9, pattern: '^a*$' }],
  ['a pattern that repeats repetitions', { type: 'string', pattern: '^(?:(?:(?:a{999}){999}){999}){999}$' }],
])('an input that no test should hold is skipped: %s', { timeout: 10_000 }, (_name, m) => {
  const text = testsOf(workflow({ ...message, properties: { m } }, 'fine'));
  expect(text.length).toBeLessThan(200_000);
  expect(text).toContain('pytest.mark.skip');
});

const ownedByObjects = [...Object.getOwnPropertyNames(Object.prototype), 'prototype'];

test.each(ownedByObjects)('`%s` is a name like others, or refused, wherever it stands', (name) => {
  const put = (value: object): JsonObject => Object.fromEntries([[name, ['m']], ...Object.entries(value)]);
  const named = (value: Json): JsonObject => Object.fromEntries([[name, value]]);
  const property = { type: 'object', required: [name], properties: named({ type: 'string' }) };
  const parts: readonly string[] = [
    workflow(put(message), 'x'),
    workflow({ ...message, properties: { m: put({ type: 'string' }) } }, 'x'),
    workflow(property, `{{ input.${name} }}`),
    workflow(property, `{{ input["${name}"] | default(input.${name}) }}`),
    workflow(message, `{{ input.${name} }}{{ nodes.${name}.output }}{{ nodes.ask.${name} }}{{ env.${name} }}`),
    workflow(message, `{{ input.m | ${name} }}`),
    workflow(message, `{{ ${name} }}`),
    workflow(message, named('x')),
    workflow(message, 'x', named('x')),
    workflow(message, 'x', { name }),
    workflow(message, 'x', { env: [name] }),
    workflow(message, 'x', { nodes: [{ id: name, type: name, config: named(1) }] }),
    workflow(message, 'x', { edges: [put({ source: name, target: name, sourceHandle: name, targetHandle: name })] }),
    workflow({ ...message, type: name }, 'x'),
    workflow({ ...message, required: [name] }, 'x'),
    workflow({ ...message, default: named(1), examples: [named(1)] }, 'x'),
    workflow(message, 'x', {
      nodes: [
        { id: name, type: 'httpEndpoint', config: { path: `/${name}`, inputSchema: message, method: name } },
        {
          id: 'say',
          type: 'openaiCompletion',
          config: { model: name, prompt: 'x', extra: named(1), metadata: named('x') },
        },
        {
          id: 'call',
          type: 'pythonFunction',
          config: { function: name, code: `def ${name}():\n    return 1\n`, args: named(1) },
        },
      ],
    }),
  ];
  for (const text of parts) {
    const { diagnostics, files } = compiled(text);
    expect(files !== undefined || diagnostics.length > 0).toBe(true);
  }
  expect(compiled(workflow(put(message), 'x')).diagnostics.length).toBeGreaterThan(0);
});

test('every character is carried that Python and UTF-8 can hold', () => {
  const characters = Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)).slice(1);
  const text = testsOf(workflow(message, [...characters, '\u2028', '\ufeff'].join('')));
  expect(text).not.toBe('');
  expect(/^[\n -~]*$/.test(text)).toBe(true);
});

test.each([
  'propertyNames',
  'minProperties',
  'maxProperties',
  'patternProperties',
  'contains',
  'minContains',
  'not',
  'if',
  'dependentRequired',
  'unevaluatedItems',
  'additionalItems',
  'contentSchema',
])('`%s`, which JSON Schema defines, is no misspelling of another word', (word) => {
  const { diagnostics } = compiled(workflow({ ...message, [word]: 1 }, 'x'));
  expect(diagnostics.flatMap(({ fixes = [] }) => fixes)).toEqual([]);
});

test.each([
  ['20,000 templates in one text', '{{ input.m }} '.repeat(20_000)],
  ['300,000 lines', 'line\n'.repeat(300_000)],
  ['30,000 expressions in one list', Array.from({ length: 30_000 }, () => '{{ input.m }}')],
  ['a long line', 'word '.repeat(200_000)],
])('large and sound: %s', { timeout: 30_000 }, (_name, output) => {
  expect(testsOf(workflow(message, output))).not.toBe('');
});

test('the name of a workflow may have underscores', () => {
  expect(compiled(workflow(message, 'x', { name: 'support_chat' })).diagnostics).toEqual([]);
});

test.each(['Answer as {{"a": 1}}', 'As {{ "a": {"b": 1}}} end', '{{name: string}}', '{{}}'])(
  'the way to write two braces is shown where they are meant: %s',
  (output) => {
    const [problem, ...others] = compiled(workflow(message, output)).diagnostics;
    expect(problem?.hint).toContain("{{ '{{' }}");
    expect(others).toEqual([]);
    const written = output.replaceAll('{{', "{{ '{{' }}");
    expect(compiled(workflow(message, written)).diagnostics).toEqual([]);
  },
);
