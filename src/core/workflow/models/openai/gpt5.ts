import { genaiPrices, usd, type Listing, type ModelFacts } from '../facts.ts';
import { large, pro, small } from './replacements.ts';
import { modelPage } from './sources.ts';

const gpt5: ModelFacts = {
  contextWindow: 400_000,
  maxOutput: 128_000,
  tokenLimitParameter: 'max_completion_tokens',
  sampling: 'never',
  stop: false,
  functions: false,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: true,
  vision: true,
  verbosity: true,
  prediction: false,
  reasoningEfforts: ['minimal', 'low', 'medium', 'high'],
  defaultEffort: 'medium',
  chat: true,
  prices: usd(1.25, 0.125, 10),
  sources: { capabilities: modelPage('gpt-5'), prices: genaiPrices },
};

/** From here on the model can be told not to reason, and takes sampling parameters then. */
export const gpt51: ModelFacts = {
  ...gpt5,
  sampling: 'without-reasoning',
  stop: true,
  reasoningEfforts: ['none', 'low', 'medium', 'high'],
  defaultEffort: 'none',
  sources: { capabilities: modelPage('gpt-5.1'), prices: genaiPrices },
};
export const gpt52: ModelFacts = {
  ...gpt51,
  reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh'],
  prices: usd(1.75, 0.175, 14),
  sources: { capabilities: modelPage('gpt-5.2'), prices: genaiPrices },
};

/** The model of ChatGPT, without reasoning. */
const gpt5Chat: ModelFacts = {
  ...gpt5,
  contextWindow: 128_000,
  maxOutput: 16_384,
  sampling: 'always',
  stop: true,
  tools: false,
  verbosity: false,
  reasoningEfforts: [],
  defaultEffort: null,
  sources: { capabilities: modelPage('gpt-5-chat-latest'), prices: genaiPrices },
};
/** The models of ChatGPT that decide themselves how long they think. */
const gpt51Chat: ModelFacts = {
  ...gpt51,
  contextWindow: 128_000,
  maxOutput: 16_384,
  sampling: 'never',
  reasoningEfforts: ['medium'],
  defaultEffort: 'medium',
  sources: { capabilities: modelPage('gpt-5.1-chat-latest'), prices: genaiPrices },
};
const gpt52Chat: ModelFacts = {
  ...gpt51Chat,
  prices: usd(1.75, 0.175, 14),
  sources: { capabilities: modelPage('gpt-5.2-chat-latest'), prices: genaiPrices },
};
const codex: ModelFacts = {
  ...gpt5,
  chat: false,
  reasoningEfforts: ['low', 'medium', 'high'],
  sources: { capabilities: modelPage('gpt-5-codex'), prices: genaiPrices },
};

/** GPT-5 to GPT-5.3. */
export const gpt5To53: readonly Listing[] = [
  { names: ['gpt-5', 'gpt-5-2025-08-07'], facts: gpt5, ends: { on: '2026-12-11', replacement: large } },
  {
    names: ['gpt-5-mini', 'gpt-5-mini-2025-08-07'],
    facts: { ...gpt5, prices: usd(0.25, 0.025, 2) },
    ends: { on: '2026-12-11', replacement: small },
  },
  {
    names: ['gpt-5-nano', 'gpt-5-nano-2025-08-07'],
    facts: { ...gpt5, prices: usd(0.05, 0.005, 0.4) },
    ends: { on: '2026-12-11', replacement: small },
  },
  { names: ['gpt-5-chat-latest'], facts: gpt5Chat, ends: { on: '2026-07-23', replacement: large } },
  {
    names: ['gpt-5-pro', 'gpt-5-pro-2025-10-06'],
    facts: {
      ...gpt5,
      maxOutput: 272_000,
      chat: false,
      reasoningEfforts: ['high'],
      defaultEffort: 'high',
      prices: usd(15, null, 120),
      sources: { capabilities: modelPage('gpt-5-pro'), prices: genaiPrices },
    },
    ends: { on: '2026-12-11', replacement: pro },
  },
  { names: ['gpt-5-codex'], facts: codex },
  { names: ['gpt-5.1', 'gpt-5.1-2025-11-13'], facts: gpt51, ends: { on: '2027-04-01', replacement: large } },
  { names: ['gpt-5.1-chat-latest'], facts: gpt51Chat, ends: { on: '2026-07-23', replacement: large } },
  {
    names: ['gpt-5.1-codex'],
    facts: { ...codex, sources: { capabilities: modelPage('gpt-5.1-codex'), prices: genaiPrices } },
    ends: { on: '2026-07-23', replacement: large },
  },
  {
    names: ['gpt-5.1-codex-max'],
    facts: {
      ...codex,
      reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh'],
      sources: { capabilities: modelPage('gpt-5.1-codex-max'), prices: genaiPrices },
    },
  },
  {
    names: ['gpt-5.1-mini'],
    facts: {
      ...gpt51,
      prices: null,
      sources: { capabilities: 'openai/types/shared/chat_model.py of openai-python 3.54.0', prices: null },
    },
    unavailable: { replacement: small },
  },
  { names: ['gpt-5.2', 'gpt-5.2-2025-12-11'], facts: gpt52 },
  {
    names: ['gpt-5.2-chat-latest', 'gpt-5.3-chat-latest'],
    facts: gpt52Chat,
    ends: { on: '2026-08-10', replacement: large },
  },
  {
    names: ['gpt-5.2-pro', 'gpt-5.2-pro-2025-12-11'],
    facts: {
      ...gpt52,
      sampling: 'never',
      chat: false,
      reasoningEfforts: ['medium', 'high', 'xhigh'],
      defaultEffort: 'medium',
      prices: usd(21, null, 168),
      sources: { capabilities: modelPage('gpt-5.2-pro'), prices: genaiPrices },
    },
  },
];
