import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';
import type { Parameters } from './parameters.ts';

const module = 'app.nodes.llm.anthropic';

/** Claude's node: what it calls in the runtime, and what only it says of a request. */
export const anthropicCompletion: NodeCodeGenerator<'anthropicCompletion'> = completionGenerator(
  {
    complete: py.imported(module, 'complete_anthropic'),
    request: py.imported(module, 'AnthropicConfig'),
    answer: py.imported(module, 'AnthropicCompletion'),
    provider: {
      constant: py.imported('app.llm.parts', 'ANTHROPIC'),
      api: py.imported('app.llm.apis.messages', 'MESSAGES'),
      make: py.imported('app.llm.providers.anthropic', 'anthropic'),
      models: py.imported('app.llm.providers.anthropic_models', 'ANTHROPIC_MODELS'),
      byHand: { execute: py.imported(module, 'execute_anthropic_completion'), model: 'claude-haiku-5-5' },
    },
  },
  addOwnParameters,
);

function addOwnParameters(request: Parameters, { config }: NodeOf<'anthropicCompletion'>): void {
  request.add('top_k', config.topK);
  request.add('effort', config.effort);
  const { thinking, cache } = config;
  request.add('thinking', typeof thinking === 'object' ? { budget_tokens: thinking.budgetTokens } : thinking);
  // What the runtime does unasked need not be said.
  if (cache !== 'auto') request.add('cache', cache);
}
