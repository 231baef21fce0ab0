import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { openai } from '../../../src/core/workflow/models/openai/openai.ts';

const { models, asOf } = openai.catalog;
const findModel = (name: string) => openai.catalog.find(name);

const schema = JSON.parse(
  readFileSync(new URL('../../fixtures/openai/chat-models-batches.openapi.json', import.meta.url), 'utf8'),
) as { components: { schemas: Record<string, { anyOf?: { enum?: string[] }[]; enum?: string[] }> } };

describe('the catalog of OpenAI', () => {
  test('has every chat model of the published schema', () => {
    const listed = Object.values(schema.components.schemas).flatMap(({ anyOf = [], enum: own = [] }) => [
      ...own,
      ...anyOf.flatMap((option) => option.enum ?? []),
    ]);
    const names = listed.filter((name) => typeof name === 'string' && /^(gpt-\d|o\d|chatgpt-4o)/.test(name));
    const chat = names.filter(
      (name) => !/image|realtime|transcribe|tts|deep-research|instruct|cyber|law|rosal/.test(name),
    );
    expect(chat.length).toBeGreaterThan(60);
    expect(chat.filter((name) => findModel(name) === undefined)).toEqual([]);
  });

  test('lists every name once', () => {
    expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
  });

  test.each(models)('$name: facts that agree with each other', (model) => {
    expect(model.maxOutput).toBeLessThanOrEqual(model.contextWindow);
    expect(model.defaultEffort === null).toBe(
      model.tokenLimitParameter === 'max_tokens' || model.name === 'gpt-5-chat-latest',
    );
    if (model.reasoningEfforts.length > 0) expect(model.reasoningEfforts).toContain(model.defaultEffort);
    if (model.sampling === 'without-reasoning') expect(model.reasoningEfforts).toContain('none');
    if (model.functions) expect(model.tools).toBe(true);
    if (model.prices !== null) expect(model.sources.prices).not.toBeNull();
    expect(model.status === 'retired').toBe(model.shutdownDate !== null && model.shutdownDate <= asOf);
    expect(model.replacement === null).toBe(model.status === 'current');
    if (model.replacement !== null) expect(findModel(model.replacement)?.status).toBe('current');
  });
});

describe('the families that the node was conceived for', () => {
  test.each([
    ['gpt-4-turbo', 128_000, 10, 30],
    ['gpt-4', 8_192, 30, 60],
    ['gpt-3.5-turbo', 16_385, 0.5, 1.5],
  ])('%s', (name, contextWindow, input, output) => {
    expect(findModel(name)).toMatchObject({ contextWindow, prices: { input, output } });
  });
});

describe('finding a model', () => {
  test.each([
    ['openai/gpt-4o', 'gpt-4o'],
    ['gpt-35-turbo', 'gpt-3.5-turbo'],
    ['gpt-5.4-2027-01-31', 'gpt-5.4'],
    ['GPT-4', 'gpt-4'],
    ['ft:gpt-4o-mini-2024-07-18:acme::abc123', 'gpt-4o-mini-2024-07-18'],
  ])('%s is %s', (name, base) => {
    expect(findModel(name)?.name).toBe(base);
  });

  test('a fine-tuned model has prices of its own, which are not known', () => {
    expect(findModel('ft:gpt-4o:acme::abc123')?.prices).toBeNull();
  });

  test.each(['llama-3', '', 'ft:', 'ft:llama:x', 'toString', '__proto__'])('%j is not known', (name) => {
    expect(findModel(name)).toBeUndefined();
  });
});
