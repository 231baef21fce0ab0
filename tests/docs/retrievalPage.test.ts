import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { configKeys } from '../../src/cli/nodeConfig.ts';
import { diagnose, edge, node } from '../workflow/workflows.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/retrieval.md'), 'utf8');
const examples = [...page.matchAll(/^```json\n(.+?)^```$/gmsu)].map(([, block = '']) => block);

/** What the nodes of the page read. */
const around = [
  node('documents', 'loadDocuments', {}),
  node('pieces', 'splitText', { documents: '{{ nodes.documents.output.documents }}' }),
  node('vectors', 'embeddingGenerate', {
    model: 'text-embedding-3-small',
    dimensions: 512,
    input: "{{ nodes.pieces.output.pieces | pluck('text') }}",
  }),
  node('question', 'embeddingGenerate', {
    model: 'text-embedding-3-small',
    dimensions: 512,
    input: '{{ input.question }}',
  }),
];

test.each(examples)('the page shows a sound node: %s', (block) => {
  const shown = JSON.parse(block) as { readonly id: string };
  const inputSchema = {
    type: 'object',
    required: ['question', 'file', 'name'],
    properties: Object.fromEntries(['question', 'file', 'name', 'folder'].map((name) => [name, { type: 'string' }])),
  };
  const isAround = around.some(({ id }) => id === shown.id);
  const steps = [...around.map((each) => (each.id === shown.id ? shown : each)), ...(isAround ? [] : [shown])];
  const ids = ['ask', ...steps.map(({ id }) => id), 'reply'];
  const nodes = [
    node('ask', 'httpEndpoint', { path: '/a', inputSchema }),
    ...steps,
    node('reply', 'response', { output: { done: true } }),
  ];
  const edges = ids.slice(1).map((id, index) => edge(`${ids[index]} > ${id}`));
  const found = diagnose(JSON.stringify({ version: 1, name: 'page', nodes, edges }));
  expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.each(
  (['loadDocuments', 'splitText', 'qdrantUpsert', 'qdrantSearch'] as const).flatMap((type) =>
    configKeys(type).map(({ name }) => ({ type, name })),
  ),
)('the page has $name of $type in an example', ({ type, name }) => {
  const ofType = examples.filter((example) => example.includes(`"${type}"`));
  const isShown = ofType.some((example) => example.includes(`"${name}"`));
  // Names of vectors are shown at the search, and are the same at both.
  expect(isShown || (name === 'vectorName' && page.includes('`vectorName` on both nodes'))).toBe(true);
});
