import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { diagnose, edge, node } from '../workflow/workflows.ts';

const docs = join(import.meta.dirname, '../../docs');
const pages = [
  ['groq-node.md', 'groqCompletion'],
  ['azure-node.md', 'azureOpenaiCompletion'],
  ['compatible-node.md', 'compatibleCompletion'],
  ['router.md', 'llmRouter'],
] as const;
const examples = pages.flatMap(([page, type]) =>
  [...readFileSync(join(docs, page), 'utf8').matchAll(/^```json\n(.+?)^```$/gmsu)].map(
    ([, config = '']) => [page, type, config] as const,
  ),
);

test.each(examples)('%s shows a sound config of %s: %s', (_, type, config) => {
  const inputSchema = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };
  const nodes = [
    node('ask', 'httpEndpoint', { path: '/a', inputSchema }),
    node('answer', type, JSON.parse(config) as object),
    node('reply', 'response', { output: '{{ nodes.answer.output.content }}' }),
  ];
  const edges = ['ask > answer', 'answer > reply'].map(edge);
  expect(diagnose(JSON.stringify({ version: 1, name: 'page', nodes, edges }))).toEqual([]);
});

test('every page has examples', () => {
  expect(new Set(examples.map(([page]) => page)).size).toBe(pages.length);
});
