import { describe, expect, test } from 'vitest';

import { plan, type Plan } from '../../../src/core/codegen/python/index.ts';
import { findRuns } from '../../../src/core/codegen/python/project/tests/search.ts';
import { check } from '../../../src/core/workflow/index.ts';
import { edge, node, read } from '../../workflow/workflows.ts';

type Nodes = readonly ReturnType<typeof node>[];

function planned(nodes: Nodes, edges: readonly string[], env: readonly string[] = []): Plan {
  const workflow = read(JSON.stringify({ version: 1, name: 'graph', env, nodes, edges: edges.map(edge) }));
  const checked = check(workflow, new Map());
  if (!checked.ok) throw new Error(checked.diagnostics.map(({ message }) => message).join('\n'));
  return plan(checked.value);
}

const inputSchema = {
  type: 'object',
  required: ['age', 'name'],
  properties: {
    age: { type: 'integer', minimum: 0, maximum: 150 },
    name: { type: 'string', minLength: 2, maxLength: 20 },
    kind: { enum: ['small', 'large'] },
    tags: { type: 'array', items: { type: 'string' }, maxItems: 5 },
    score: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.5 },
    flag: { type: 'boolean', default: false },
    address: { type: 'object', properties: { city: { type: 'string' } } },
  },
};

const parsedSchema = {
  type: 'object',
  required: ['topic', 'urgency'],
  additionalProperties: false,
  properties: { topic: { enum: ['billing', 'other'] }, urgency: { type: 'integer' } },
};

const functions = [
  { name: 'book', parameters: { type: 'object', required: ['people'], properties: { people: { type: 'integer' } } } },
  { name: 'cancel' },
];

const before: Nodes = [
  node('start', 'httpEndpoint', { path: '/run', inputSchema }),
  node('find', 'pythonFunction'),
  node('read', 'openaiCompletion', {
    model: 'gpt-5.4-mini',
    prompt: 'Read.',
    responseFormat: { type: 'json_schema', schema: parsedSchema },
  }),
  node('say', 'openaiCompletion', { model: 'gpt-5.4-mini', prompt: 'Say.', tools: functions }),
];
const chain = ['start > find', 'find > read', 'read > say', 'say > check', 'check.true > yes', 'check.false > no'];

/** The responses that runs were found for, when a condition with the expression decides. */
function reached(expression: string): readonly (string | undefined)[] {
  const nodes = [
    ...before,
    node('check', 'condition', { expression }),
    node('yes', 'response', { output: 'yes' }),
    node('no', 'response', { output: 'no' }),
  ];
  return findRuns(planned(nodes, chain, ['REGION'])).runs.map(({ outcome }) => outcome.response?.id);
}

test.each([
  ['dict[str, float]', '{{ nodes.find.output.low in [2.5, 3.5] }}'],
  ['dict[str, dict[str, bool]]', '{{ nodes.find.output.low.sure }}'],
  ['list[dict[str, int]]', '{{ nodes.find.output[0].low in [2, 3] }}'],
])('a function that gives %s has what is read of it', (returns, expression) => {
  const nodes = [
    node('start', 'httpEndpoint', { path: '/run' }),
    node('find', 'pythonFunction', {
      function: 'find',
      code: `def find() -> ${returns}:\n    raise NotImplementedError\n`,
    }),
    node('check', 'condition', { expression }),
    node('yes', 'response', { output: '{{ nodes.find.output }}' }),
    node('no', 'response', { output: 'no' }),
  ];
  const edges = ['start > find', 'find > check', 'check.true > yes', 'check.false > no'];
  expect(findRuns(planned(nodes, edges)).missed).toEqual([]);
});

describe('both ways of a condition are found', () => {
  test.each([
    '{{ input.flag }}',
    '{{ input.age >= 18 }}',
    '{{ not (input.age < 100) and input.age != 101 }}',
    "{{ input.name == 'Ada' }}",
    "{{ input.name | upper == 'ADA' }}",
    '{{ input.name | length > 10 }}',
    '{{ input.tags | default(input.name) | length == 3 }}',
    "{{ input.kind | default('none') == 'large' }}",
    '{{ input.score | default(1) > 2.5 }}',
    "{{ input.address.city | default('') }}",
    "{{ input.tags | first | default('') == 'red' }}",
    '{{ input.age > 60 and input.flag }}',
    "{{ input.age < 10 and input.name == 'Tom' }}",
    "{{ input.flag or input.age == 7 or input.name == 'Zoe' }}",
    "{{ env.REGION == 'north' }}",
    "{{ env.REGION | default('none') == 'none' }}",
    '{{ nodes.find.output.total > 100 }}',
    '{{ nodes.find.output }}',
    "{{ nodes.find.output.items | length >= 2 and nodes.find.output.state != 'closed' }}",
    "{{ nodes.read.output.parsed.topic == 'other' }}",
    '{{ nodes.read.output.parsed.urgency > 3 and input.flag }}',
    "{{ nodes.say.output.content == 'yes' }}",
    "{{ nodes.say.output.content | default('') | lower | trim == 'no' }}",
  ])('%s', (expression) => {
    expect(new Set(reached(expression))).toEqual(new Set(['yes', 'no']));
  });
});

test('every function that a model may call, and what its arguments decide', () => {
  const nodes = [
    ...before,
    node('check', 'condition', {
      expression: "{{ nodes.say.function_call.name == 'book' and nodes.say.function_call.arguments.people > 4 }}",
    }),
    node('many', 'response'),
    node('few', 'response'),
    node('text', 'response'),
  ];
  const edges = ['start > find', 'find > read', 'read > say', 'say > text', 'say.function_call > check'];
  const { runs, missed } = findRuns(planned(nodes, [...edges, 'check.true > many', 'check.false > few']));
  expect(missed).toEqual([]);
  const calls = runs.map(({ trial }) => trial.answers.get('say')).filter((answer) => answer?.kind === 'call');
  expect(new Set(calls.map(({ name }) => name))).toEqual(new Set(['book', 'cancel']));
  expect(runs.find(({ outcome }) => outcome.response?.id === 'many')?.trial.answers.get('say')).toMatchObject({
    arguments: { people: 5 },
  });
});

test('a response that no run reaches is named', () => {
  const nodes = [
    ...before,
    node('check', 'condition', { expression: '{{ nodes.say.output.usage.total_tokens > 100 }}' }),
    node('yes', 'response'),
    node('no', 'response'),
  ];
  const { runs, missed } = findRuns(planned(nodes, chain));
  expect(runs).toEqual([]);
  expect(missed).toContainEqual({ kind: 'response', node: 'yes' });
});

test('a search ends, however many conditions there are and however little can be done about them', () => {
  const count = 60;
  const impossible = '{{ input.age > 5 and input.age < 5 or nodes.find.output.a == nodes.find.output.b }}';
  const conditions = Array.from({ length: count }, (_, index) =>
    node(`c${index}`, 'condition', { expression: index % 2 === 0 ? impossible : `{{ input.age == ${index} }}` }),
  );
  const responses = Array.from({ length: count }, (_, index) => node(`r${index}`, 'response'));
  const edges = conditions.flatMap(({ id }, index) => [
    index === 0 ? 'find > c0' : `c${index - 1}.false > ${id}`,
    `${id}.true > r${index}`,
  ]);
  const graph = planned(
    [...before.slice(0, 2), ...conditions, ...responses, node('end', 'response')],
    ['start > find', ...edges, `c${count - 1}.false > end`],
  );
  const started = process.cpuUsage();
  const { runs } = findRuns(graph);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000);
  expect(runs.length).toBeGreaterThan(0);
});

const ordered = {
  type: 'object',
  required: ['id', 'count'],
  properties: { id: { type: 'string', minLength: 3 }, count: { type: 'integer', minimum: 1 } },
};

test.each(['{{ input }}', '{{ input.order }}'])('what a schema finds is moved by the schema: %s', (value) => {
  const nodes = [
    node('start', 'httpEndpoint', { path: '/run', inputSchema: { type: 'object' } }),
    node('sure', 'validate', { value, schema: ordered }),
    node('found', 'validate', {
      value,
      schema: { type: 'object', properties: { count: { maximum: 5 } } },
      onInvalid: 'report',
    }),
    node('check', 'condition', { expression: '{{ nodes.found.output.valid }}' }),
    node('yes', 'response', { output: 'yes' }),
    node('no', 'response', { output: 'no' }),
  ];
  const wires = ['start > sure', 'sure > found', 'found > check', 'check.true > yes', 'check.false > no'];
  const { runs } = findRuns(planned(nodes, wires));
  expect(runs.map(({ outcome }) => outcome.response?.id)).toContain('yes');
});

test('a report of a schema decides both ways', () => {
  const nodes = [
    node('start', 'httpEndpoint', { path: '/run', inputSchema: { type: 'object' } }),
    node('found', 'validate', { value: '{{ input.order }}', schema: ordered, onInvalid: 'report' }),
    node('check', 'condition', { expression: '{{ nodes.found.output.valid }}' }),
    node('yes', 'response', { output: 'yes' }),
    node('no', 'response', { output: 'no' }),
  ];
  const wires = ['start > found', 'found > check', 'check.true > yes', 'check.false > no'];
  const { runs, missed } = findRuns(planned(nodes, wires));
  expect(new Set(runs.map(({ outcome }) => outcome.response?.id))).toEqual(new Set(['no', 'yes']));
  expect(missed).toEqual([]);
});
