import { expect, test } from 'vitest';

import { runSummarySchema, type Answerer } from '../../../src/studio/protocol/index.ts';
import { answererWords, callAnswerer } from '../../../src/studio/web/run/answerers.ts';

const openai: Answerer = { provider: 'OpenAI', kind: 'provider' };
const claude: Answerer = { provider: 'Anthropic', kind: 'simulated' };
const own: Answerer = { provider: 'Groq', kind: 'custom' };

test('who answers is said by name where somebody real does', () => {
  expect(answererWords('provider', [openai])).toBe('OpenAI');
  expect(answererWords('custom', [openai, claude, own])).toBe('OpenAI, Anthropic (simulated), Groq (own server)');
  expect(answererWords('simulated', [claude, { ...openai, kind: 'simulated' }])).toBe('Simulated');
  expect(answererWords('told', [openai])).toBe('Replayed');
  expect(answererWords('simulated', [])).toBe('No model');
  expect(answererWords('provider', undefined)).toBe('Provider');
});

test('a call says whose model answered', () => {
  expect(callAnswerer({ answeredBy: 'model', provider: 'Anthropic' })).toBe('Anthropic');
  expect(callAnswerer({ answeredBy: 'simulated', provider: 'Anthropic' })).toBe('the simulated Anthropic');
  expect(callAnswerer({ answeredBy: 'told', provider: 'Anthropic' })).toBe('a recorded answer');
  expect(callAnswerer({ answeredBy: 'model' })).toBe('a model');
});

test('a run that was kept when there was one provider is still read', () => {
  const kept = { id: 'r', file: 'f', workflow: 'w', startedAt: 0, state: 'done', input: {}, answeredBy: 'openai' };
  expect(runSummarySchema.parse(kept)).toMatchObject({ answeredBy: 'provider' });
});
