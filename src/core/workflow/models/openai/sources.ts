import type { Prices } from '../facts.ts';

export function modelPage(name: string): string {
  return `https://developers.openai.com/api/docs/models/${name}`;
}

/**
 * Prices of the models with a window of a million tokens: beyond 272,000 the prompt costs twice, the answer 1.5 times as much.
 * Source: https://developers.openai.com/api/docs/pricing
 */
export function usdByLength(input: number, cached: number | null, output: number): Prices {
  const long = { above: 272_000, input: 2 * input, cached: cached === null ? null : 2 * cached, output: 1.5 * output };
  return { input, cached, output, longContext: long };
}

/** From GPT-5.6 on what is written to the cache costs a quarter more than other prompt tokens. Source: genai-prices 0.2.3 */
export function usdWithWrites(input: number, cached: number | null, output: number): Prices {
  const { longContext, ...prices } = usdByLength(input, cached, output);
  const long = longContext === null ? null : { ...longContext, written: written(longContext.input) };
  return { ...prices, written: written(prices.input), longContext: long };
}

function written(price: number): { readonly short: number; readonly hour: number } {
  const more = Number((1.25 * price).toFixed(6));
  return { short: more, hour: more };
}
