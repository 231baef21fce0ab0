import { genaiPrices023, usd, type Listing, type ModelFacts } from '../facts.ts';

const models = 'https://console.groq.com/docs/models';

/** Always reasons. Efforts: `completion_create_params.py` of groq-python 1.7.0. */
export const gptOss: ModelFacts = {
  contextWindow: 131_072,
  maxOutput: 65_536,
  tokenLimitParameter: 'max_completion_tokens',
  sampling: 'always',
  stop: true,
  functions: false,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: true,
  vision: false,
  verbosity: false,
  prediction: false,
  reasoningEfforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
  chat: true,
  prices: usd(0.15, 0.075, 0.6),
  sources: { capabilities: `${models}, https://console.groq.com/docs/reasoning`, prices: genaiPrices023 },
};
const gptOssSmall: ModelFacts = { ...gptOss, prices: usd(0.075, 0.0375, 0.3) };

/** Takes images; `high` is the model's own `xhigh`. */
export const qwen38: ModelFacts = {
  ...gptOss,
  maxOutput: 16_384,
  vision: true,
  reasoningEfforts: ['none', 'default', 'low', 'medium', 'high'],
  prices: usd(0.8, null, 4),
};

/** Systems of several models with tools of their own; they cost what these cost, which `usage_breakdown` tells. */
const compound: ModelFacts = {
  ...gptOss,
  maxOutput: 8_192,
  tools: false,
  jsonSchema: false,
  reasoningEfforts: [],
  prices: null,
  sources: { capabilities: `${models}, https://console.groq.com/docs/compound`, prices: null },
};

/** What Groq serves. Names of previews may vanish at short notice; the same page says which they are. */
export const current: readonly Listing[] = [
  { names: ['openai/gpt-oss-120b'], facts: gptOss },
  { names: ['openai/gpt-oss-20b', 'openai/gpt-oss-safeguard-20b'], facts: gptOssSmall },
  { names: ['qwen/qwen3.8-27b'], facts: qwen38 },
  { names: ['groq/compound', 'groq/compound-mini', 'compound-beta', 'compound-beta-mini'], facts: compound },
];
