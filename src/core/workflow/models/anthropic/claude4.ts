import type { Listing, ModelFacts } from '../facts.ts';
import { ofClaude } from './ofClaude.ts';
import { haiku, opus, sonnet } from './replacements.ts';
import { genaiPrices, modelPage, usdWithCache } from './sources.ts';

const opus48: ModelFacts = {
  ...ofClaude,
  thinking: { modes: ['adaptive', 'off'], unasked: 'off', off: 'disabled' },
  forcedTools: true,
  cacheMinimum: 1_024,
  prices: usdWithCache(5, 0.5, 25),
  sources: { capabilities: modelPage('claude-opus-4-8'), prices: genaiPrices },
};
const opus47: ModelFacts = {
  ...opus48,
  lateInstructions: false,
  cacheMinimum: 2_048,
  sources: { capabilities: modelPage('claude-opus-4-7'), prices: genaiPrices },
};
/** The last generation that takes sampling parameters, by the API's version 2023-06-01, and a budget for thinking. */
const opus46: ModelFacts = {
  ...opus47,
  sampling: 'always',
  reasoningEfforts: ['low', 'medium', 'high', 'max'],
  thinking: { modes: ['adaptive', 'budget', 'off'], unasked: 'off', off: 'disabled' },
  cacheMinimum: 4_096,
  sources: { capabilities: modelPage('claude-opus-4-6'), prices: genaiPrices },
};
const sonnet46: ModelFacts = {
  ...opus46,
  cacheMinimum: 1_024,
  prices: usdWithCache(3, 0.3, 15),
  sources: { capabilities: modelPage('claude-sonnet-4-6'), prices: genaiPrices },
};
const opus45: ModelFacts = {
  ...opus46,
  contextWindow: 200_000,
  maxOutput: 64_000,
  reasoningEfforts: ['low', 'medium', 'high'],
  thinking: { modes: ['budget', 'off'], unasked: 'off', off: 'disabled' },
  prefill: true,
  sources: { capabilities: modelPage('claude-opus-4-5'), prices: genaiPrices },
};
const sonnet45: ModelFacts = {
  ...opus45,
  reasoningEfforts: [],
  defaultEffort: null,
  cacheMinimum: 1_024,
  prices: usdWithCache(3, 0.3, 15),
  sources: { capabilities: modelPage('claude-sonnet-4-5'), prices: genaiPrices },
};
const haiku45: ModelFacts = {
  ...sonnet45,
  cacheMinimum: 4_096,
  prices: usdWithCache(1, 0.1, 5),
  sources: { capabilities: modelPage('claude-haiku-4-5'), prices: genaiPrices },
};

/** Claude 4.5 to 4.8. */
export const claude45To48: readonly Listing[] = [
  { names: ['claude-opus-4-8'], facts: opus48 },
  { names: ['claude-opus-4-7'], facts: opus47 },
  { names: ['claude-opus-4-6'], facts: opus46 },
  { names: ['claude-sonnet-4-6'], facts: sonnet46 },
  {
    names: ['claude-opus-4-5', 'claude-opus-4-5-20251101'],
    facts: opus45,
    ends: { on: '2027-01-22', replacement: opus },
  },
  {
    names: ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    facts: sonnet45,
    ends: { on: '2026-11-30', replacement: sonnet },
  },
  { names: ['claude-haiku-4-5', 'claude-haiku-4-5-20251001'], facts: haiku45 },
];

const before45: ModelFacts = {
  ...sonnet45,
  jsonSchema: false,
  cacheMinimum: 1_024,
  sources: { capabilities: 'https://platform.claude.com/docs/en/about-claude/model-deprecations', prices: genaiPrices },
};
const dear: ModelFacts = { ...before45, prices: usdWithCache(15, 1.5, 75) };
const claude3: ModelFacts = {
  ...before45,
  maxOutput: 4_096,
  thinking: { modes: ['off'], unasked: 'off', off: 'disabled' },
};
const claude35: ModelFacts = { ...claude3, maxOutput: 8_192 };
const claude2: ModelFacts = {
  ...claude3,
  tools: false,
  vision: false,
  prices: usdWithCache(8, 8, 24),
};

/**
 * What requests are refused for. The days are those on which the provider ended the models.
 * Source: https://platform.claude.com/docs/en/about-claude/model-deprecations. `DEPRECATED_MODELS` of anthropic-sdk-python, whose
 * versions name models until they are gone, agrees: 0.45.0 on Claude 2 and 3 Sonnet, 0.100.0 on 3 Opus, 3.5 Haiku, 3.7 and 4,
 * 0.115.0 on 4.1, 2.14.0 on Mythos Preview. It never had 3 Haiku; of 3.5 Sonnet 0.71.0 has the day that was announced first,
 * 2025-10-22.
 */
export const retired: readonly Listing[] = [
  {
    names: ['claude-mythos-preview'],
    facts: { ...opus48, prices: null, sources: { capabilities: modelPage('claude-mythos-preview'), prices: null } },
    ends: { on: '2026-06-30', replacement: 'claude-mythos-5-2' },
  },
  {
    names: ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
    facts: { ...dear, maxOutput: 32_000 },
    ends: { on: '2026-08-05', replacement: opus },
  },
  {
    names: ['claude-opus-4', 'claude-opus-4-0', 'claude-opus-4-20250514'],
    facts: { ...dear, maxOutput: 32_000 },
    ends: { on: '2026-06-15', replacement: opus },
  },
  {
    names: ['claude-sonnet-4', 'claude-sonnet-4-0', 'claude-sonnet-4-20250514'],
    facts: before45,
    ends: { on: '2026-06-15', replacement: sonnet },
  },
  {
    names: ['claude-3-7-sonnet-20250219', 'claude-3-7-sonnet-latest'],
    facts: before45,
    ends: { on: '2026-02-19', replacement: sonnet },
  },
  {
    names: [
      'claude-3-5-sonnet-20241022',
      'claude-3-5-sonnet-latest',
      'claude-3-5-sonnet-20240620',
      'claude-3-5-sonnet',
    ],
    facts: claude35,
    ends: { on: '2025-10-28', replacement: sonnet },
  },
  {
    names: ['claude-3-5-haiku-20241022', 'claude-3-5-haiku-latest', 'claude-3-5-haiku'],
    facts: { ...claude35, prices: usdWithCache(0.8, 0.08, 4) },
    ends: { on: '2026-02-19', replacement: haiku },
  },
  {
    names: ['claude-3-opus-20240229', 'claude-3-opus-latest', 'claude-3-opus'],
    facts: { ...claude3, prices: usdWithCache(15, 1.5, 75) },
    ends: { on: '2026-01-05', replacement: opus },
  },
  {
    names: ['claude-3-sonnet-20240229', 'claude-3-sonnet'],
    facts: claude3,
    ends: { on: '2025-07-21', replacement: sonnet },
  },
  {
    names: ['claude-3-haiku-20240307', 'claude-3-haiku'],
    facts: { ...claude3, prices: usdWithCache(0.25, 0.03, 1.25) },
    ends: { on: '2026-04-20', replacement: haiku },
  },
  {
    names: ['claude-2.1', 'claude-2.0'],
    facts: claude2,
    ends: { on: '2025-07-21', replacement: sonnet },
  },
  {
    names: ['claude-instant-1.2'],
    facts: { ...claude2, contextWindow: 100_000, prices: usdWithCache(0.8, 0.8, 2.4) },
    ends: { on: '2024-11-06', replacement: haiku },
  },
];
