import type { Prices, TokenPrices } from '../facts.ts';

/** Thinking, efforts and forced calls as `pydantic_ai/profiles/anthropic.py` has them, whose authors tried them. */
export const profiles = 'https://platform.claude.com/docs/en/build-with-claude/thinking; pydantic-ai-slim 2.68.0';
export const genaiPrices = 'genai-prices 0.2.3 (Python)';

export function modelPage(name: string): string {
  return `https://platform.claude.com/docs/en/about-claude/models/${name}/overview; ${profiles}`;
}

/**
 * Writing to the cache costs 1.25 of the input's price, for an hour twice as much.
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function tokenPrices(input: number, read: number, output: number): TokenPrices {
  return { input, cached: read, output, written: { short: rounded(1.25 * input), hour: rounded(2 * input) } };
}

export function usdWithCache(input: number, read: number, output: number): Prices {
  return { ...tokenPrices(input, read, output), longContext: null };
}

function rounded(price: number): number {
  return Number(price.toFixed(6));
}
