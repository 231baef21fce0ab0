import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { emit, plan } from '../../src/core/codegen/python/index.ts';
import { check, nodeTypes, parse, registry } from '../../src/core/workflow/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/transforms.md'), 'utf8');
const blocks = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, block = '']) => block);
const documented = nodeTypes.filter((type) => ['transform', 'utility'].includes(registry[type].category));

const text = { type: 'string' };
const order = {
  type: 'object',
  required: ['id', 'customer', 'total'],
  properties: { id: text, customer: text, total: { type: 'number' } },
};
const inputSchema = {
  type: 'object',
  required: ['user', 'customer', 'orders'],
  properties: {
    user: text,
    customer: { type: 'object', required: ['mail'], properties: { mail: text, password: text } },
    orders: { type: 'array', items: order },
  },
};

test.each(blocks)('shows what compiles: %s', (block) => {
  const node = JSON.parse(block) as { readonly id: string };
  const workflow = {
    version: 1,
    name: 'page',
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: '/page', inputSchema } },
      node,
      { id: 'reply', type: 'response', config: { output: '{{ input.user }}' } },
    ],
    edges: [
      { source: 'ask', target: node.id },
      { source: node.id, target: 'reply' },
    ],
  };
  const parsed = parse(JSON.stringify(workflow));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics, null, 1));
  const checked = check(parsed.value, new Map());
  expect(checked.diagnostics).toEqual([]);
  if (checked.ok) expect(emit(plan(checked.value)).map(({ path }) => path)).toContain('app/workflows/page.py');
});

test.each(documented)('has a section about %s, with every option in an example', (type) => {
  expect(page).toContain(`\n## ${type}\n`);
  const own = blocks.filter((block) => block.includes(`"type": "${type}"`));
  for (const { name } of configKeys(type))
    expect(
      own.some((block) => block.includes(`"${name}"`)),
      name,
    ).toBe(true);
});
