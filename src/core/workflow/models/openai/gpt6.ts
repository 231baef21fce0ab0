import { genaiPrices, type Listing, type ModelFacts, type Prices } from '../facts.ts';
import { gpt56 } from './gpt54.ts';
import { modelPage, usdWithWrites } from './sources.ts';

function gpt6(name: string, prices: Prices, source = modelPage(name)): ModelFacts {
  return { ...gpt56, prices, sources: { capabilities: modelPage(name), prices: source } };
}

/** Always reasons, so that it takes no sampling parameters, and no tools in Chat Completions. */
function alwaysReasoning(name: string, prices: Prices, source = modelPage(name)): ModelFacts {
  return {
    ...gpt6(name, prices, source),
    sampling: 'never',
    reasoningEfforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  };
}

/**
 * GPT-6 to GPT-6.2.
 * Source of what they take: https://developers.openai.com/api/docs/guides/latest-model
 * GPT-6.1 and 6.2 are too new for `genaiPrices`; their prices are those of OpenAI's page about each. The pages of gpt-6.1-terra
 * and gpt-6.2-sol were read themselves; those of gpt-6.1-sol and gpt-6.2-astra as others quote them
 * (https://docs.litellm.ai/blog/gpt_6_1_sol, https://github.com/BerriAI/litellm/discussions/52347).
 */
export const gpt6To62: readonly Listing[] = [
  { names: ['gpt-6-astra'], facts: alwaysReasoning('gpt-6-astra', usdWithWrites(10, 1, 50), genaiPrices) },
  { names: ['gpt-6-sol'], facts: gpt6('gpt-6-sol', usdWithWrites(2, 0.2, 10), genaiPrices) },
  { names: ['gpt-6-luna'], facts: gpt6('gpt-6-luna', usdWithWrites(0.1, 0.01, 0.5), genaiPrices) },
  { names: ['gpt-6.1-sol'], facts: alwaysReasoning('gpt-6.1-sol', usdWithWrites(2, 0.1, 10)) },
  { names: ['gpt-6.1-terra'], facts: gpt6('gpt-6.1-terra', usdWithWrites(1, 0.05, 5)) },
  { names: ['gpt-6.2-astra'], facts: alwaysReasoning('gpt-6.2-astra', usdWithWrites(8, 0.4, 40)) },
  { names: ['gpt-6.2-sol'], facts: alwaysReasoning('gpt-6.2-sol', usdWithWrites(2, 0.1, 10)) },
];
