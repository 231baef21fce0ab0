import type { NodeOf } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Keyword } from '../../syntax/tree.ts';

/** `budget=Budget(…)`, for whoever starts the run of a workflow; nothing where it has no budget. */
export function budgetArgument(budget: NodeOf<'httpEndpoint'>['config']['budget']): readonly Keyword[] {
  if (budget === undefined) return [];
  const { maxCostUsd, maxTokens } = budget;
  const limits = [
    ...(maxCostUsd === undefined ? [] : [py.keyword('max_cost_usd', py.literal(maxCostUsd))]),
    ...(maxTokens === undefined ? [] : [py.keyword('max_tokens', py.literal(maxTokens))]),
  ];
  return [py.keyword('budget', py.call(py.imported('app.runtime.usage', 'Budget'), ...limits))];
}
