import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { diagnose, edge, node } from '../workflow/workflows.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/embeddings.md'), 'utf8');
const examples = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, config = '']) => config);

test.each(examples)('the page shows a sound config: %s', (config) => {
  const inputSchema = {
    type: 'object',
    required: ['message', 'texts'],
    properties: { message: { type: 'string' }, texts: { type: 'array', items: { type: 'string' } } },
  };
  const nodes = [
    node('ask', 'httpEndpoint', { path: '/a', inputSchema }),
    node('vector', 'embeddingGenerate', JSON.parse(config) as object),
    node('reply', 'response', { output: '{{ nodes.vector.output.embeddings[0] }}' }),
  ];
  const edges = ['ask > vector', 'vector > reply'].map(edge);
  expect(diagnose(JSON.stringify({ version: 1, name: 'page', nodes, edges }))).toEqual([]);
});

test.each(configKeys('embeddingGenerate').map(({ name }) => name))('the page has %s in an example', (name) => {
  expect(examples.some((example) => example.includes(`"${name}"`))).toBe(true);
});
