import { describe, expect, test } from 'vitest';

import { worstCase } from '../../../src/core/workflow/cost/worstCase.ts';
import { check, knownServersOfEmbeddings } from '../../../src/core/workflow/index.ts';
import { embeddingServer } from '../../../src/core/workflow/models/embeddings/servers.ts';
import { edge, node, read } from '../workflows.ts';

const all = knownServersOfEmbeddings.flatMap(({ provider, catalog }) =>
  catalog.models.map((model) => [`${provider.id}/${model.name}`, model, catalog] as const),
);

test.each(all)('%s says where its facts are from, and what takes its place is offered', (_, model, catalog) => {
  expect(model.sources.capabilities).toMatch(/^(https:|openai\/)/u);
  expect(model.sources.prices === null).toBe(model.prices === null);
  const next = model.replacement === null ? model : catalog.find(model.replacement);
  expect(next?.status).toBe('current');
});

test.each([
  ['openai', 'openai'],
  ['azure', 'azure_openai'],
  ['Azure_OpenAI', 'azure_openai'],
  ['voyage', 'voyage'],
  ['my-server', 'my_server'],
])('%s is %s', (named, id) => {
  expect(embeddingServer(named).provider.id).toBe(id);
});

describe('the most that embeddings can cost', () => {
  function costOf(config: object, texts: object = {}) {
    const inputSchema = {
      type: 'object',
      required: ['text', 'texts'],
      properties: {
        text: { type: 'string', maxLength: 10 },
        texts: { type: 'array', items: { type: 'string' }, ...texts },
      },
    };
    const nodes = [
      node('ask', 'httpEndpoint', { path: '/a', inputSchema }),
      node('vector', 'embeddingGenerate', config),
      node('reply', 'response', { output: '{{ nodes.vector.output.model }}' }),
    ];
    const edges = ['ask > vector', 'vector > reply'].map(edge);
    const result = check(read(JSON.stringify({ version: 1, name: 'cost', nodes, edges })), new Map());
    if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
    return worstCase(result.value);
  }

  test('is that of the longest text', () => {
    const worst = costOf({ input: '{{ input.text }}' });
    expect(worst).toMatchObject({ promptTokens: 40, answerTokens: 0, nodes: [{ calls: 1, notes: [] }] });
    expect(worst.usd).toBeCloseTo((40 * 0.02) / 1e6, 12);
  });

  test('is never more than the model takes of each text', () => {
    const worst = costOf({ input: '{{ input.texts }}', batchSize: 10 }, { maxItems: 25 });
    expect(worst).toMatchObject({ promptTokens: 25 * 8192, nodes: [{ calls: 3 }] });
  });

  test('is unlimited where the number of texts is', () => {
    const worst = costOf({ input: '{{ input.texts }}' });
    expect(worst).toMatchObject({ promptTokens: null, usd: null, nodes: [{ calls: null }] });
    expect(worst.nodes[0]?.notes.join()).toContain('`maxItems`');
  });

  test('is not known where the price is not', () => {
    expect(costOf({ provider: 'ollama', model: 'nomic', input: 'short' }).usd).toBeNull();
  });
});
