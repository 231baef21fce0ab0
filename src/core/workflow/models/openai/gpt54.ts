import { genaiPrices, usd, type Listing, type ModelFacts } from '../facts.ts';
import { small } from './replacements.ts';
import { gpt52 } from './gpt5.ts';
import { modelPage, usdByLength, usdWithWrites } from './sources.ts';

/**
 * From here on Chat Completions refuses function tools together with reasoning, also with the reasoning a model does unasked.
 * Source: https://github.com/openai/openai-openapi/issues/541
 */
const gpt54: ModelFacts = {
  ...gpt52,
  contextWindow: 1_050_000,
  toolsWithReasoning: false,
  prices: usdByLength(2.5, 0.25, 15),
  sources: { capabilities: modelPage('gpt-5.4'), prices: genaiPrices },
};
const gpt54Mini: ModelFacts = {
  ...gpt54,
  contextWindow: 400_000,
  prices: usd(0.75, 0.075, 4.5),
  sources: { capabilities: modelPage('gpt-5.4-mini'), prices: genaiPrices },
};

/** Reasons unasked, so that it takes sampling parameters only with `reasoning_effort` "none". */
const gpt55: ModelFacts = {
  ...gpt54,
  defaultEffort: 'medium',
  prices: usdByLength(5, 0.5, 30),
  sources: { capabilities: modelPage('gpt-5.5'), prices: genaiPrices },
};

export const gpt56: ModelFacts = {
  ...gpt55,
  reasoningEfforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
  prices: usdWithWrites(4, 0.4, 20),
  sources: { capabilities: modelPage('gpt-5.6-sol'), prices: genaiPrices },
};

/** GPT-5.4 to GPT-5.6. */
export const gpt54To56: readonly Listing[] = [
  { names: ['gpt-5.4', 'gpt-5.4-2026-03-05'], facts: gpt54 },
  { names: ['gpt-5.4-mini', 'gpt-5.4-mini-2026-03-17'], facts: gpt54Mini },
  {
    names: ['gpt-5.4-nano', 'gpt-5.4-nano-2026-03-17'],
    facts: {
      ...gpt54Mini,
      prices: usd(0.2, 0.02, 1.25),
      sources: { capabilities: modelPage('gpt-5.4-nano'), prices: genaiPrices },
    },
    ends: { on: '2027-04-01', replacement: small },
  },
  { names: ['gpt-5.5', 'gpt-5.5-2026-04-23'], facts: gpt55 },
  {
    names: ['gpt-5.5-pro', 'gpt-5.5-pro-2026-04-23'],
    facts: {
      ...gpt55,
      sampling: 'never',
      chat: false,
      reasoningEfforts: ['medium', 'high', 'xhigh'],
      prices: usdByLength(30, null, 180),
      sources: { capabilities: modelPage('gpt-5.5-pro'), prices: genaiPrices },
    },
  },
  { names: ['gpt-5.6-sol'], facts: gpt56 },
  {
    names: ['gpt-5.6-terra'],
    facts: {
      ...gpt56,
      prices: usdWithWrites(2, 0.2, 12),
      sources: { capabilities: modelPage('gpt-5.6-terra'), prices: genaiPrices },
    },
  },
  {
    names: ['gpt-5.6-luna'],
    facts: {
      ...gpt56,
      prices: usdWithWrites(0.2, 0.02, 1.2),
      sources: { capabilities: modelPage('gpt-5.6-luna'), prices: genaiPrices },
    },
  },
];
