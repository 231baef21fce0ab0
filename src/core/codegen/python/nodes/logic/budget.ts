import type { NodeOf } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

/** `limited(run, Budget(…))`, what starts runs of a workflow within its budget; `run` itself where it has none. */
export function withinBudget(run: Expr, budget: NodeOf<'httpEndpoint'>['config']['budget']): Expr {
  if (budget === undefined) return run;
  const { maxCostUsd, maxTokens } = budget;
  const limits = [
    ...(maxCostUsd === undefined ? [] : [py.keyword('max_cost_usd', py.literal(maxCostUsd))]),
    ...(maxTokens === undefined ? [] : [py.keyword('max_tokens', py.literal(maxTokens))]),
  ];
  const made = py.call(py.imported('app.runtime.budget', 'Budget'), ...limits);
  return py.call(py.imported('app.runtime.budget', 'limited'), run, made);
}
