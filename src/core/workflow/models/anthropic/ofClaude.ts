import type { ModelFacts } from '../facts.ts';

/** What holds of Claude from 4.8 on, unless a model says otherwise. */
export const ofClaude = {
  contextWindow: 1_000_000,
  maxOutput: 128_000,
  tokenLimitParameter: 'max_tokens',
  sampling: 'never',
  stop: true,
  functions: false,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  // There is no such parameter: the node asks for JSON in the system prompt.
  jsonMode: true,
  jsonSchema: true,
  vision: true,
  verbosity: false,
  prediction: false,
  reasoningEfforts: ['low', 'medium', 'high', 'xhigh', 'max'],
  defaultEffort: 'high',
  chat: true,
  prefill: false,
  lateInstructions: true,
} as const satisfies Partial<ModelFacts>;
