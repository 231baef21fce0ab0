import { describe, expect, test } from 'vitest';

import { changeProvider, modelInstead } from '../../src/core/workflow/edits/index.ts';
import { codes, diagnose, edge, node } from '../workflow/workflows.ts';

function asking(type: string, config: object): string {
  const nodes = [
    node('ask', 'httpEndpoint'),
    node('model', type, config),
    node('end', 'response', { output: '{{ nodes.model.output.content }}' }),
  ];
  return JSON.stringify({ version: 1, name: 'a', nodes, edges: ['ask > model', 'model > end'].map(edge) }, null, 2);
}

function modelIn(text: string): unknown {
  const { nodes } = JSON.parse(text) as { nodes: { id: string; type: string; config: unknown }[] };
  const found = nodes.find(({ id }) => id === 'model');
  return [found?.type, found?.config];
}

const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false };
const whole = {
  model: 'gpt-5.4-mini',
  systemPrompt: 'Be kind.',
  prompt: 'Hello',
  maxTokens: 500,
  responseFormat: { type: 'json_schema', schema },
  tools: [{ name: 'look', description: 'Looks.', parameters: schema }],
  serviceTier: 'priority',
  verbosity: 'low',
};

describe('a node asks another provider', () => {
  test('with what the new one takes, and says what it has no equal for', () => {
    const changed = changeProvider(asking('openaiCompletion', whole), 'model', 'groqCompletion');
    if (!changed.ok) throw new Error(changed.reason);
    const { serviceTier: _tier, verbosity: _verbosity, ...kept } = whole;
    expect(modelIn(changed.text)).toEqual(['groqCompletion', { ...kept, model: 'openai/gpt-oss-120b' }]);
    expect(changed.lost).toEqual([
      { key: 'serviceTier', why: 'Groq does not take "priority" for it' },
      { key: 'verbosity', why: 'Groq has nothing like it' },
    ]);
    expect(codes(diagnose(changed.text)).filter((code) => code !== 'unanswered-function-call')).toEqual([]);
  });

  test('there and back', () => {
    const text = asking('groqCompletion', { model: 'openai/gpt-oss-20b', prompt: 'Hi', maxTokens: 9, stop: ['.'] });
    const there = changeProvider(text, 'model', 'compatibleCompletion', 'gemini');
    if (!there.ok) throw new Error(there.reason);
    expect(there.lost).toEqual([]);
    expect(modelIn(there.text)).toEqual([
      'compatibleCompletion',
      { provider: 'gemini', model: 'openai/gpt-oss-20b', prompt: 'Hi', maxTokens: 9, stop: ['.'] },
    ]);
    const back = changeProvider(there.text, 'model', 'groqCompletion');
    expect(back.ok && modelIn(back.text)).toEqual(modelIn(text));
  });

  test('a model that the new provider serves too stays', () => {
    const changed = changeProvider(asking('openaiCompletion', whole), 'model', 'azureOpenaiCompletion');
    expect(changed.ok && [changed.lost, modelIn(changed.text)]).toEqual([[], ['azureOpenaiCompletion', whole]]);
  });

  test('but a node that asks no model does not', () => {
    const text = asking('openaiCompletion', whole);
    expect(changeProvider(text, 'end', 'groqCompletion')).toMatchObject({ ok: false });
    expect(changeProvider(text, 'nobody', 'groqCompletion')).toMatchObject({ ok: false });
  });

  test('to a router, which asks the same model first, and back', () => {
    const { tools: _tools, ...config } = whole;
    const text = asking('openaiCompletion', config);
    const router = changeProvider(text, 'model', 'llmRouter');
    if (!router.ok) throw new Error(router.reason);
    const { model, serviceTier, verbosity, ...shared } = config;
    expect(modelIn(router.text)).toEqual([
      'llmRouter',
      { strategy: 'custom', routes: [{ provider: 'openai', model, config: { serviceTier, verbosity } }], ...shared },
    ]);
    expect(router.lost).toEqual([]);
    expect(codes(diagnose(router.text)).filter((code) => code !== 'unanswered-function-call')).toEqual([]);
    const back = changeProvider(router.text, 'model', 'openaiCompletion');
    expect(back).toMatchObject({ ok: true, lost: [] });
    expect(back.ok && modelIn(back.text)).toEqual(['openaiCompletion', { ...config }]);
  });

  test('out of a router: the route of the provider stays, the others are said', () => {
    const routes = [
      {
        condition: '{{ input.message | length < 9 }}',
        provider: 'groq',
        model: 'openai/gpt-oss-20b',
        config: { temperature: 0 },
      },
      { provider: 'openai', model: 'gpt-5.4-mini' },
    ];
    const text = asking('llmRouter', { strategy: 'custom', routes, prompt: 'Hi', hedgeAfterMs: 5 });
    const groq = changeProvider(text, 'model', 'groqCompletion');
    expect(groq.ok && modelIn(groq.text)).toEqual([
      'groqCompletion',
      { model: 'openai/gpt-oss-20b', prompt: 'Hi', temperature: 0 },
    ]);
    expect(groq.ok && groq.lost.map(({ key }) => key)).toEqual(['routes', 'condition', 'hedgeAfterMs']);
    const openai = changeProvider(text, 'model', 'openaiCompletion');
    expect(openai.ok && modelIn(openai.text)).toEqual(['openaiCompletion', { model: 'gpt-5.4-mini', prompt: 'Hi' }]);
    expect(changeProvider(text, 'model', 'llmRouter')).toMatchObject({ ok: false });
  });

  test('a route that asks another provider keeps a model that it has too', () => {
    expect(modelInstead('azure', 'gpt-5.4-mini')).toBe('gpt-5.4-mini');
    expect(modelInstead('anthropic', 'gpt-5.4-mini')).toMatch(/^claude-/);
    expect(modelInstead('my-own', 'gpt-5.4-mini')).toBe('gpt-5.4-mini');
  });
});
