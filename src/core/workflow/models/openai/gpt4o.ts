import { genaiPrices, usd, type Listing, type ModelFacts } from '../facts.ts';
import { large, small } from './replacements.ts';
import { modelPage } from './sources.ts';

const gpt4o: ModelFacts = {
  contextWindow: 128_000,
  maxOutput: 16_384,
  tokenLimitParameter: 'max_tokens',
  sampling: 'always',
  stop: true,
  functions: true,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: true,
  vision: true,
  verbosity: false,
  prediction: true,
  reasoningEfforts: [],
  defaultEffort: null,
  chat: true,
  prices: usd(2.5, 1.25, 10),
  sources: { capabilities: modelPage('gpt-4o'), prices: genaiPrices },
};
const gpt4oMini: ModelFacts = {
  ...gpt4o,
  prices: usd(0.15, 0.075, 0.6),
  sources: { capabilities: modelPage('gpt-4o-mini'), prices: genaiPrices },
};
/** The first version: shorter answers, and no JSON schema. */
const first: ModelFacts = {
  ...gpt4o,
  maxOutput: 4_096,
  jsonSchema: false,
  prediction: false,
  prices: usd(5, null, 15),
};
/** The prices are those of text; sound costs more. */
const audio: ModelFacts = {
  ...gpt4o,
  vision: false,
  jsonSchema: false,
  prediction: false,
  prices: usd(2.5, null, 10),
  sources: { capabilities: modelPage('gpt-4o-audio-preview'), prices: genaiPrices },
};
/** The prices are those of tokens; each search costs more. */
const search: ModelFacts = {
  ...gpt4o,
  sampling: 'never',
  functions: false,
  tools: false,
  vision: false,
  prediction: false,
  prices: usd(2.5, null, 10),
  sources: { capabilities: modelPage('gpt-4o-search-preview'), prices: genaiPrices },
};
const chatgpt: ModelFacts = {
  ...gpt4o,
  functions: false,
  tools: false,
  jsonSchema: false,
  prices: usd(5, null, 15),
  sources: { capabilities: modelPage('chatgpt-4o-latest'), prices: genaiPrices },
};

const gpt41: ModelFacts = {
  ...gpt4o,
  contextWindow: 1_047_576,
  maxOutput: 32_768,
  prices: usd(2, 0.5, 8),
  sources: { capabilities: modelPage('gpt-4.1'), prices: genaiPrices },
};

/** GPT-4o and GPT-4.1 with their variants for sound and search. */
export const gpt4oAnd41: readonly Listing[] = [
  {
    names: ['gpt-4o', 'gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
    facts: gpt4o,
    ends: { on: '2027-01-14', replacement: large },
  },
  { names: ['gpt-4o-2024-05-13'], facts: first, ends: { on: '2026-10-23', replacement: large } },
  {
    names: ['gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
    facts: gpt4oMini,
    ends: { on: '2027-01-14', replacement: small },
  },
  { names: ['chatgpt-4o-latest'], facts: chatgpt, ends: { on: '2026-02-17', replacement: small } },
  {
    names: ['gpt-audio-mini', 'gpt-audio-mini-2025-12-15'],
    facts: {
      ...audio,
      prices: usd(0.6, null, 2.4),
      sources: { capabilities: modelPage('gpt-audio-mini'), prices: genaiPrices },
    },
    ends: { on: '2027-01-20', replacement: small },
  },
  {
    names: ['gpt-4o-audio-preview', 'gpt-4o-audio-preview-2024-12-17', 'gpt-4o-audio-preview-2025-06-03'],
    facts: audio,
    ends: { on: '2026-05-07', replacement: large },
  },
  { names: ['gpt-4o-audio-preview-2024-10-01'], facts: audio, ends: { on: '2025-10-10', replacement: large } },
  {
    names: ['gpt-4o-mini-audio-preview', 'gpt-4o-mini-audio-preview-2024-12-17'],
    facts: { ...audio, prices: usd(0.15, null, 0.6) },
    ends: { on: '2026-05-07', replacement: small },
  },
  {
    names: ['gpt-4o-search-preview', 'gpt-4o-search-preview-2025-03-11'],
    facts: search,
    ends: { on: '2026-07-23', replacement: large },
  },
  {
    names: ['gpt-4o-mini-search-preview', 'gpt-4o-mini-search-preview-2025-03-11'],
    facts: { ...search, prices: usd(0.15, 0.075, 0.6) },
    ends: { on: '2026-07-23', replacement: small },
  },
  { names: ['gpt-4.1', 'gpt-4.1-2025-04-14'], facts: gpt41, ends: { on: '2027-01-14', replacement: large } },
  {
    names: ['gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14'],
    facts: { ...gpt41, prices: usd(0.4, 0.1, 1.6) },
    ends: { on: '2027-01-14', replacement: small },
  },
  {
    names: ['gpt-4.1-nano', 'gpt-4.1-nano-2025-04-14'],
    facts: { ...gpt41, prices: usd(0.1, 0.025, 0.4) },
    ends: { on: '2026-10-23', replacement: small },
  },
];
