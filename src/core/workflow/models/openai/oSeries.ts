import { genaiPrices, usd, type Listing, type ModelFacts } from '../facts.ts';
import { large, pro, small } from './replacements.ts';
import { modelPage } from './sources.ts';

const o1: ModelFacts = {
  contextWindow: 200_000,
  maxOutput: 100_000,
  tokenLimitParameter: 'max_completion_tokens',
  sampling: 'never',
  stop: true,
  functions: false,
  tools: true,
  parallelToolCalls: false,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: true,
  vision: true,
  verbosity: false,
  prediction: false,
  reasoningEfforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
  chat: true,
  prices: usd(15, 7.5, 60),
  sources: { capabilities: modelPage('o1'), prices: genaiPrices },
};
const preview: ModelFacts = {
  ...o1,
  contextWindow: 128_000,
  maxOutput: 32_768,
  tools: false,
  jsonMode: false,
  jsonSchema: false,
  vision: false,
  reasoningEfforts: [],
  sources: { capabilities: modelPage('o1-preview'), prices: genaiPrices },
};
/** `stop` is refused from here on. Source: `stop` in OpenAI's published schema. */
const o3: ModelFacts = {
  ...o1,
  stop: false,
  prices: usd(2, 0.5, 8),
  sources: { capabilities: modelPage('o3'), prices: genaiPrices },
};
const o3Mini: ModelFacts = {
  ...o1,
  vision: false,
  prices: usd(1.1, 0.55, 4.4),
  sources: { capabilities: modelPage('o3-mini'), prices: genaiPrices },
};
const o4Mini: ModelFacts = {
  ...o3,
  prices: usd(1.1, 0.275, 4.4),
  sources: { capabilities: modelPage('o4-mini'), prices: genaiPrices },
};
const codexMini: ModelFacts = {
  ...o4Mini,
  chat: false,
  prices: usd(1.5, 0.375, 6),
  sources: { capabilities: modelPage('codex-mini-latest'), prices: genaiPrices },
};

/** The reasoning models before GPT-5. */
export const oSeries: readonly Listing[] = [
  { names: ['o1', 'o1-2024-12-17'], facts: o1, ends: { on: '2026-10-23', replacement: large } },
  { names: ['o1-preview', 'o1-preview-2024-09-12'], facts: preview, ends: { on: '2025-07-28', replacement: large } },
  {
    names: ['o1-mini', 'o1-mini-2024-09-12'],
    facts: { ...preview, maxOutput: 65_536, prices: usd(1.1, 0.55, 4.4) },
    ends: { on: '2025-10-27', replacement: small },
  },
  { names: ['o3', 'o3-2025-04-16'], facts: o3, ends: { on: '2026-12-11', replacement: large } },
  { names: ['o3-mini', 'o3-mini-2025-01-31'], facts: o3Mini, ends: { on: '2026-10-23', replacement: small } },
  { names: ['o4-mini', 'o4-mini-2025-04-16'], facts: o4Mini, ends: { on: '2026-10-23', replacement: small } },
  { names: ['codex-mini-latest'], facts: codexMini, ends: { on: '2026-02-12', replacement: small } },
  {
    names: ['o1-pro', 'o1-pro-2025-03-19'],
    facts: {
      ...o1,
      chat: false,
      prices: usd(150, null, 600),
      sources: { capabilities: modelPage('o1-pro'), prices: genaiPrices },
    },
  },
  {
    names: ['o3-pro', 'o3-pro-2025-06-10'],
    facts: {
      ...o3,
      chat: false,
      prices: usd(20, null, 80),
      sources: { capabilities: modelPage('o3-pro'), prices: genaiPrices },
    },
    ends: { on: '2026-12-11', replacement: pro },
  },
];
