import { genaiPrices023, usd, type Listing, type ModelFacts, type Prices } from '../facts.ts';
import { gptOss, qwen38 } from './current.ts';

const deprecations = 'https://console.groq.com/docs/deprecations';
const large = 'openai/gpt-oss-120b';
const small = 'openai/gpt-oss-20b';

/** A model that does not reason. */
function plain(
  contextWindow: number,
  maxOutput: number,
  prices: Prices | null,
  more: Partial<ModelFacts> = {},
): ModelFacts {
  return {
    ...gptOss,
    contextWindow,
    maxOutput,
    jsonSchema: false,
    reasoningEfforts: [],
    defaultEffort: null,
    prices,
    sources: { capabilities: deprecations, prices: prices === null ? null : genaiPrices023 },
    ...more,
  };
}

const kimi = plain(131_072, 16_384, usd(1, 0.5, 3), { jsonSchema: true });

const qwen3: ModelFacts = {
  ...qwen38,
  maxOutput: 40_960,
  vision: false,
  reasoningEfforts: ['none', 'default'],
  prices: usd(0.29, null, 0.59),
  sources: { capabilities: deprecations, prices: genaiPrices023 },
};

/**
 * What Groq has shut down. Dates are those of the page of its deprecations, as what is named quotes it; who only says that a model is
 * gone gives no date. For customers with a contract of their own models may go on.
 */
export const retired: readonly Listing[] = [
  // Groq's notice, in https://github.com/karthink/gptel/issues/1478; of both https://github.com/langchain-ai/langchain/pull/38363
  {
    names: ['llama-3.3-70b-versatile'],
    facts: plain(131_072, 32_768, usd(0.59, null, 0.79)),
    ends: { on: '2026-08-16', replacement: large },
  },
  {
    names: ['llama-3.1-8b-instant'],
    facts: plain(131_072, 131_072, usd(0.05, null, 0.08)),
    ends: { on: '2026-08-16', replacement: small },
  },
  // https://github.com/MNeMoNiCuZ/ComfyUI-mnemic-nodes/issues/39 quotes the page about these three.
  {
    names: ['qwen/qwen3-32b'],
    facts: qwen3,
    ends: { on: '2026-07-17', replacement: large },
  },
  {
    names: ['meta-llama/llama-4-scout-17b-16e-instruct'],
    facts: plain(131_072, 8_192, usd(0.11, null, 0.34), { vision: true, jsonSchema: true }),
    ends: { on: '2026-07-17', replacement: 'qwen/qwen3.8-27b' },
  },
  {
    names: ['meta-llama/llama-4-maverick-17b-128e-instruct'],
    facts: plain(131_072, 8_192, usd(0.2, null, 0.6), { vision: true, jsonSchema: true }),
    ends: { on: '2026-03-09', replacement: 'qwen/qwen3.8-27b' },
  },
  // https://github.com/langchain-ai/langchain/pull/32899
  {
    names: ['moonshotai/kimi-k2-instruct'],
    facts: kimi,
    ends: { on: '2025-10-10', replacement: large },
  },
  // groq-python 1.7.0 names it; litellm 1.110.2, which lists what is served, does not, and nobody says since when.
  { names: ['qwen/qwen3.6-27b'], facts: qwen3, unavailable: { replacement: 'qwen/qwen3.8-27b' } },
  // https://github.com/truefoundry/models/pull/578
  {
    names: ['moonshotai/kimi-k2-instruct-0905'],
    facts: kimi,
    ends: { on: '2026-04-15', replacement: large },
  },
  // https://github.com/BerriAI/litellm/issues/12825
  {
    names: ['qwen-qwq-32b'],
    facts: { ...plain(131_072, 131_072, null), defaultEffort: 'medium' },
    ends: { on: '2025-07-14', replacement: large },
  },
  // https://github.com/langchain-ai/langchain/pull/29441 (shut down by 2025-01-27), and pull/30170 of the next
  {
    names: ['llama-3.1-70b-versatile', 'llama-3.1-70b-specdec'],
    facts: plain(131_072, 32_768, usd(0.59, null, 0.79)),
    ends: { on: '2025-01-24', replacement: large },
  },
  {
    names: ['mixtral-8x7b-32768'],
    facts: plain(32_768, 32_768, usd(0.24, null, 0.24)),
    ends: { on: '2025-03-20', replacement: large },
  },
  // https://console.groq.com/docs/deprecations#october-8-2025-gemma29bit
  {
    names: ['gemma2-9b-it'],
    facts: plain(8_192, 8_192, usd(0.2, null, 0.2)),
    ends: { on: '2025-10-08', replacement: small },
  },
  // https://github.com/botpress/botpress/pull/13503
  {
    names: ['gemma-7b-it'],
    facts: plain(8_192, 8_192, usd(0.07, null, 0.07)),
    ends: { on: '2024-12-18', replacement: small },
  },
  // The changelog of https://github.com/raycast/extensions for Groq has them as removed by 2025-08-14.
  {
    names: ['llama3-70b-8192'],
    facts: plain(8_192, 8_192, usd(0.59, null, 0.79)),
    unavailable: { replacement: large },
  },
  {
    names: ['llama3-8b-8192'],
    facts: plain(8_192, 8_192, usd(0.05, null, 0.08)),
    unavailable: { replacement: small },
  },
  {
    names: ['llama-3.3-70b-specdec'],
    facts: plain(8_192, 8_192, usd(0.59, null, 0.99)),
    unavailable: { replacement: large },
  },
  // https://github.com/RightNow-AI/openfang/issues/834
  {
    names: ['llama-3.2-1b-preview', 'llama-3.2-3b-preview'],
    facts: plain(131_072, 8_192, null),
    unavailable: { replacement: small },
  },
  // https://github.com/agno-agi/agno-docs-v1/pull/251
  {
    names: ['llama-3.2-11b-vision-preview', 'llama-3.2-90b-vision-preview'],
    facts: plain(131_072, 8_192, null, { vision: true }),
    ends: { on: '2025-04-14', replacement: 'qwen/qwen3.8-27b' },
  },
  // https://github.com/benman1/generative_ai_with_langchain/pull/103, https://github.com/promptfoo/promptfoo/pull/9933
  {
    names: ['deepseek-r1-distill-llama-70b'],
    facts: { ...plain(131_072, 131_072, usd(0.75, null, 0.99)), defaultEffort: 'medium' },
    ends: { on: '2025-10-02', replacement: large },
  },
];
