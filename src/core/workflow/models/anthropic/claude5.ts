import type { Listing, ModelFacts } from '../facts.ts';
import { ofClaude } from './ofClaude.ts';
import { genaiPrices, modelPage, tokenPrices, usdWithCache } from './sources.ts';

const fable52: ModelFacts = {
  ...ofClaude,
  thinking: { modes: ['adaptive'], unasked: 'adaptive', off: 'disabled' },
  forcedTools: false,
  cacheMinimum: 512,
  prices: usdWithCache(8, 0.2, 40),
  sources: { capabilities: modelPage('claude-fable-5-2'), prices: genaiPrices },
};
const fable51: ModelFacts = {
  ...fable52,
  prices: usdWithCache(10, 0.25, 50),
  sources: { capabilities: modelPage('claude-fable-5-1'), prices: genaiPrices },
};
const fable5: ModelFacts = {
  ...fable52,
  forcedTools: true,
  prices: usdWithCache(10, 1, 50),
  sources: { capabilities: modelPage('claude-fable-5'), prices: genaiPrices },
};

const opus55: ModelFacts = {
  ...fable52,
  defaultEffort: 'medium',
  prices: usdWithCache(4, 0.2, 20),
  sources: { capabilities: modelPage('claude-opus-5-5'), prices: genaiPrices },
};
const opus5: ModelFacts = {
  ...fable52,
  thinking: { modes: ['adaptive', 'off'], unasked: 'adaptive', off: 'disabled', mostEffortWhenOff: 'high' },
  forcedTools: true,
  prices: usdWithCache(5, 0.5, 25),
  sources: { capabilities: modelPage('claude-opus-5'), prices: genaiPrices },
};

const sonnet55: ModelFacts = {
  ...fable52,
  thinking: { modes: ['adaptive', 'off'], unasked: 'adaptive', off: 'between_tools', mostEffortWhenOff: 'high' },
  prices: usdWithCache(2, 0.1, 10),
  sources: { capabilities: modelPage('claude-sonnet-5-5'), prices: genaiPrices },
};
/** It accepts instructions in the middle of a conversation and does not heed them. */
const sonnet5: ModelFacts = {
  ...fable52,
  thinking: { modes: ['adaptive', 'off'], unasked: 'adaptive', off: 'disabled' },
  forcedTools: true,
  lateInstructions: false,
  cacheMinimum: 1_024,
  prices: usdWithCache(2, 0.2, 10),
  sources: { capabilities: modelPage('claude-sonnet-5'), prices: genaiPrices },
};

const haiku55: ModelFacts = {
  ...opus5,
  defaultEffort: 'medium',
  prices: { ...tokenPrices(0.1, 0.01, 0.5), longContext: { ...tokenPrices(0.5, 0.05, 2.5), above: 100_000 } },
  sources: { capabilities: modelPage('claude-haiku-5-5'), prices: genaiPrices },
};

/** Claude 5 to 5.5. Mythos is served to some accounts only. */
export const claude5To55: readonly Listing[] = [
  { names: ['claude-fable-5-2', 'claude-mythos-5-2'], facts: fable52 },
  { names: ['claude-opus-5-5'], facts: opus55 },
  { names: ['claude-sonnet-5-5'], facts: sonnet55 },
  { names: ['claude-haiku-5-5'], facts: haiku55 },
  { names: ['claude-fable-5-1', 'claude-mythos-5-1'], facts: fable51 },
  { names: ['claude-fable-5', 'claude-mythos-5'], facts: fable5 },
  { names: ['claude-opus-5'], facts: opus5 },
  { names: ['claude-sonnet-5'], facts: sonnet5 },
];
