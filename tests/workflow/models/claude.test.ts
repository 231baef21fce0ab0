import { describe, expect, test } from 'vitest';

import { anthropic } from '../../../src/core/workflow/models/anthropic/anthropic.ts';

const { models, asOf } = anthropic.catalog;
const findModel = (name: string) => anthropic.catalog.find(name);

/** `types/model.py` of anthropic-sdk-python 2.14.0. */
const listed = `claude-fable-5-2 claude-mythos-5-2 claude-haiku-5-5 claude-sonnet-5-5 claude-fable-5-1 claude-opus-5-5
  claude-mythos-5-1 claude-sonnet-5 claude-fable-5 claude-mythos-5 claude-opus-5 claude-opus-4-8 claude-opus-4-7
  claude-mythos-preview claude-opus-4-6 claude-sonnet-4-6 claude-haiku-4-5 claude-haiku-4-5-20251001 claude-opus-4-5
  claude-opus-4-5-20251101 claude-sonnet-4-5 claude-sonnet-4-5-20250929`.split(/\s+/u);

describe('the catalog of Anthropic', () => {
  test('has every model that the SDK lists', () => {
    expect(listed.filter((name) => findModel(name) === undefined)).toEqual([]);
  });

  test('lists every name once', () => {
    expect(new Set(models.map(({ name }) => name)).size).toBe(models.length);
  });

  test.each(models)('$name: facts that agree with each other', (model) => {
    expect(model.maxOutput).toBeLessThanOrEqual(model.contextWindow);
    expect(model.defaultEffort === null).toBe(model.reasoningEfforts.length === 0);
    if (model.defaultEffort !== null) expect(model.reasoningEfforts).toContain(model.defaultEffort);
    if (model.thinking?.unasked === 'adaptive') expect(model.thinking.modes).toContain('adaptive');
    if (model.prices !== null) {
      const { input, cached, written } = model.prices;
      expect(model.sources.prices).not.toBeNull();
      expect(cached).toBeLessThanOrEqual(input);
      expect(written?.short).toBeCloseTo(1.25 * input);
      expect(written?.hour).toBeCloseTo(2 * input);
    }
    expect(model.status === 'retired').toBe(model.shutdownDate !== null && model.shutdownDate <= asOf);
    expect(model.replacement === null).toBe(model.status === 'current');
    if (model.replacement !== null) expect(findModel(model.replacement)?.status).toBe('current');
  });
});

describe('finding a model', () => {
  test.each([
    ['anthropic/claude-sonnet-5.5', 'claude-sonnet-5-5'],
    ['claude-opus-4-8-20260528', 'claude-opus-4-8'],
    ['Claude-Haiku-4-5', 'claude-haiku-4-5'],
  ])('%s is %s', (name, base) => {
    expect(findModel(name)?.name).toBe(base);
  });

  test.each(['claude-3-5-sonnet-20241022', 'claude-3-opus-20240229', 'claude-3-haiku-20240307', 'claude-2.1'])(
    '%s is retired and has a successor',
    (name) => {
      expect(findModel(name)).toMatchObject({ status: 'retired', replacement: expect.stringMatching(/-5-5$/u) });
    },
  );

  test.each(['gpt-5.4', '', 'claude', '__proto__'])('%j is not known', (name) => {
    expect(findModel(name)).toBeUndefined();
  });

  test('a misspelt name has a suggestion', () => {
    expect(anthropic.catalog.isOwnName('claude-sonet-5-5')).toBe(true);
    expect(anthropic.catalog.suggest('claude-sonet-5-5')).toBe('claude-sonnet-5-5');
  });
});
