import { describe, expect, test } from 'vitest';

import { codes as codesOf, diagnose, edge, node } from './workflows.ts';

type Route = Readonly<Record<string, unknown>>;

const always: Route = { provider: 'openai', model: 'gpt-5.4-mini', condition: 'always' };
const openai: Route = { provider: 'openai', model: 'gpt-5.4-mini' };
const groq: Route = { provider: 'groq', model: 'openai/gpt-oss-20b' };
const short: Route = { ...groq, condition: '{{ (input.message | length) < 500 }}' };

function codes(routes: readonly Route[]): readonly string[] {
  const inputSchema = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };
  const nodes = [
    node('ask', 'httpEndpoint', { path: '/ask', inputSchema }),
    node('route', 'llmRouter', { strategy: 'custom', prompt: '{{ input.message }}', routes }),
    node('reply', 'response', { output: '{{ nodes.route.output.content }}' }),
  ];
  const edges = ['ask > route', 'route > reply'].map(edge);
  return codesOf(diagnose(JSON.stringify({ version: 1, name: 'demo', nodes, edges })));
}

describe('a route behind one that is always a candidate', () => {
  test.each([
    ['says nothing', [openai, groq]],
    ['says `always`', [always, { ...groq, condition: 'always' }]],
    ['says nothing where the first says `always`', [always, groq]],
    ['says `always` where the first says nothing', [openai, { ...groq, condition: 'always' }]],
  ])('stands in for it when it %s', (_, routes) => {
    expect(codes(routes)).toEqual([]);
  });

  test('is never the first when it has a condition, also with a stand-in between', () => {
    expect(codes([always, short])).toEqual(['unreachable-route']);
    expect(codes([openai, groq, short])).toEqual(['unreachable-route']);
  });
});
