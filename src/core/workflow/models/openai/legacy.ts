import { genaiPrices, usd, type Listing, type ModelFacts } from '../facts.ts';
import { large, small } from './replacements.ts';
import { modelPage } from './sources.ts';

/** GPT-3.5 Turbo of November 2023 and later. */
const gpt35: ModelFacts = {
  contextWindow: 16_385,
  maxOutput: 4_096,
  tokenLimitParameter: 'max_tokens',
  sampling: 'always',
  stop: true,
  functions: true,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: false,
  vision: false,
  verbosity: false,
  prediction: false,
  reasoningEfforts: [],
  defaultEffort: null,
  chat: true,
  prices: usd(0.5, null, 1.5),
  sources: { capabilities: modelPage('gpt-3.5-turbo'), prices: genaiPrices },
};

/** Before November 2023: no JSON mode, one call at a time. */
const gpt35Of2023: ModelFacts = {
  ...gpt35,
  contextWindow: 4_096,
  jsonMode: false,
  parallelToolCalls: false,
  prices: usd(1.5, null, 2),
};
const gpt35Long: ModelFacts = { ...gpt35Of2023, contextWindow: 16_385, prices: usd(3, null, 4) };

const gpt4: ModelFacts = {
  ...gpt35,
  contextWindow: 8_192,
  maxOutput: 8_192,
  parallelToolCalls: false,
  jsonMode: false,
  prices: usd(30, null, 60),
  sources: { capabilities: modelPage('gpt-4'), prices: genaiPrices },
};
const gpt4Long: ModelFacts = { ...gpt4, contextWindow: 32_768, maxOutput: 32_768, prices: usd(60, null, 120) };

/** Function calling came with the models of June 2023. Source: https://openai.com/index/function-calling-and-other-api-updates */
const withoutFunctions = { functions: false, tools: false } as const;

const gpt4Turbo: ModelFacts = {
  ...gpt35,
  contextWindow: 128_000,
  vision: true,
  prices: usd(10, null, 30),
  sources: { capabilities: modelPage('gpt-4-turbo'), prices: genaiPrices },
};
const gpt4TurboPreview: ModelFacts = { ...gpt4Turbo, vision: false };
const gpt4Vision: ModelFacts = { ...gpt4Turbo, ...withoutFunctions, parallelToolCalls: false, jsonMode: false };

/** GPT-3.5 Turbo, GPT-4 and GPT-4 Turbo. */
export const legacy: readonly Listing[] = [
  {
    names: ['gpt-3.5-turbo', 'gpt-3.5-turbo-0125'],
    facts: gpt35,
    ends: { on: '2026-10-23', replacement: small },
  },
  {
    names: ['gpt-3.5-turbo-1106'],
    facts: { ...gpt35, prices: usd(1, null, 2) },
    ends: { on: '2026-09-28', replacement: small },
  },
  { names: ['gpt-3.5-turbo-0613'], facts: gpt35Of2023, ends: { on: '2024-09-13', replacement: small } },
  {
    names: ['gpt-3.5-turbo-0301'],
    facts: { ...gpt35Of2023, ...withoutFunctions },
    ends: { on: '2024-09-13', replacement: small },
  },
  {
    names: ['gpt-3.5-turbo-16k', 'gpt-3.5-turbo-16k-0613'],
    facts: gpt35Long,
    ends: { on: '2024-09-13', replacement: small },
  },
  { names: ['gpt-4', 'gpt-4-0613'], facts: gpt4, ends: { on: '2026-10-23', replacement: large } },
  { names: ['gpt-4-0314'], facts: { ...gpt4, ...withoutFunctions }, ends: { on: '2026-03-26', replacement: large } },
  { names: ['gpt-4-32k', 'gpt-4-32k-0613'], facts: gpt4Long, ends: { on: '2025-06-06', replacement: large } },
  {
    names: ['gpt-4-32k-0314'],
    facts: { ...gpt4Long, ...withoutFunctions },
    ends: { on: '2025-06-06', replacement: large },
  },
  {
    names: ['gpt-4-turbo', 'gpt-4-turbo-2024-04-09'],
    facts: gpt4Turbo,
    ends: { on: '2026-10-23', replacement: large },
  },
  {
    names: ['gpt-4-turbo-preview', 'gpt-4-0125-preview'],
    facts: gpt4TurboPreview,
    ends: { on: '2026-03-26', replacement: large },
  },
  { names: ['gpt-4-1106-preview'], facts: gpt4TurboPreview, ends: { on: '2026-10-23', replacement: large } },
  { names: ['gpt-4-vision-preview'], facts: gpt4Vision, ends: { on: '2024-12-06', replacement: large } },
];
