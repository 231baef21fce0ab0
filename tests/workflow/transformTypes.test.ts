import { expect, test } from 'vitest';

import { createCompiler } from '../../src/core/codegen/python/compiler.ts';
import { check, parse, type Diagnostic } from '../../src/core/workflow/index.ts';

const city = { type: 'object', properties: { zip: { type: 'integer' } } };
const order = {
  type: 'object',
  required: ['id', 'customer'],
  properties: {
    id: { type: 'string' },
    total: { type: 'number' },
    customer: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, city } },
  },
};
const inputSchema = {
  type: 'object',
  required: ['orders', 'customer'],
  properties: { orders: { type: 'array', maxItems: 9, items: order }, customer: order.properties.customer },
};
const kept = {
  id: 'kept',
  type: 'filterArray',
  config: { items: '{{ input.orders }}', where: [{ field: 'total', operator: 'exists' }] },
};
const ranked = {
  id: 'ranked',
  type: 'sortArray',
  config: { items: '{{ nodes.kept.output }}', by: [{ field: 'total' }] },
};
const edited = (config: object) => ({
  id: 'edited',
  type: 'editFields',
  config: { from: '{{ input.customer }}', ...config },
});

function text(nodes: readonly { readonly id: string }[], output: unknown): string {
  const chain = ['ask', ...nodes.map(({ id }) => id), 'reply'];
  return JSON.stringify({
    version: 1,
    name: 'typed',
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: '/typed', inputSchema } },
      ...nodes,
      { id: 'reply', type: 'response', config: { output } },
    ],
    edges: chain
      .slice(1)
      .map((target, index) => ({ source: chain[index], sourceHandle: 'output', target, targetHandle: 'input' })),
  });
}

function found(nodes: readonly { readonly id: string }[], output: unknown): readonly Diagnostic[] {
  const parsed = parse(text(nodes, output));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return check(parsed.value, new Map()).diagnostics;
}

const codes = (...given: Parameters<typeof found>): readonly string[] => found(...given).map(({ code }) => code);

test('items keep their type through filters and sorts', () => {
  expect(codes([kept, ranked], '{{ nodes.ranked.output[0].customer.name }}')).toEqual([]);
  expect(codes([kept, ranked], '{{ nodes.ranked.output[0].customer.nmae }}')).toEqual(['impossible-member']);
  expect(codes([kept, ranked], "{{ nodes.ranked.output | pluck('total') | sum }}")).toEqual([]);
  const misspelt = { ...ranked, config: { items: '{{ nodes.kept.output }}', by: [{ field: 'totla' }] } };
  expect(
    found([kept, misspelt], '{{ nodes.ranked.output }}').map(({ code, suggestion }) => [code, suggestion]),
  ).toEqual([['no-such-field', 'total']]);
});

test('fields are looked for along paths', () => {
  const byPath = (field: string): readonly string[] => {
    const sorted = { ...ranked, config: { items: '{{ input.orders }}', by: [{ field }] } };
    return codes([sorted], 1);
  };
  expect(byPath('customer.name')).toEqual([]);
  expect(byPath('customer.city.zip')).toEqual([]);
  expect(byPath('customer')).toEqual(['field-without-order']);
  expect(byPath('customer.city')).toEqual(['field-without-order']);
  expect(byPath('customer.city.zpi')).toEqual(['no-such-field']);
  expect(byPath('customer.name.first')).toEqual(['no-such-field']);
});

test('an edited object has the fields that it was given, and no others', () => {
  const renamed = edited({ rename: { name: 'title' }, set: { orders: '{{ input.orders }}' } });
  expect(codes([renamed], '{{ nodes.edited.output.title }} {{ nodes.edited.output.orders[0].id }}')).toEqual([]);
  expect(codes([renamed], '{{ nodes.edited.output.name }}')).toEqual(['impossible-member']);
  expect(codes([renamed], '{{ nodes.edited.output.title + 1 }}')).toEqual(['impossible-arithmetic']);
  expect(codes([edited({ remove: ['name'] })], '{{ nodes.edited.output.name }}')).toEqual(['impossible-member']);
  expect(codes([edited({ rename: { nmae: 'title' } })], '{{ nodes.edited.output.title }}')).toEqual(['no-such-field']);
});

test('what is summed up has the types of the fields', () => {
  const config = {
    items: '{{ input.orders }}',
    groupBy: 'id',
    values: { first: { operation: 'first', field: 'customer' }, count: { operation: 'count' } },
  };
  const totals = { id: 'totals', type: 'aggregate', config };
  expect(codes([totals], '{{ nodes.totals.output[0].first.name }} {{ nodes.totals.output[0].count + 1 }}')).toEqual([]);
  expect(codes([totals], '{{ nodes.totals.output[0].first.nmae }}')).toEqual(['impossible-member']);
});

test('an edit changes what lies behind as compiling anew does', () => {
  const steps = [
    edited({ set: { a: 1 } }),
    { id: 'further', type: 'editFields', config: { from: '{{ nodes.edited.output }}', set: { b: 2 } } },
  ];
  const other = [edited({ set: { c: 'x' } }), ...steps.slice(1)];
  const output = '{{ nodes.further.output.a + 1 }}';
  const compiler = createCompiler();
  const told = (nodes: typeof steps): unknown => {
    const result = compiler.compile(text(nodes, output), new Map());
    return [result.diagnostics, result.files];
  };
  const [first, , again] = [told(steps), told(other), told(steps)];
  expect(again).toEqual(first);
  expect(told(other)).toMatchObject([[{ code: 'impossible-member' }], undefined]);
});
