import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import type { TriggerNode } from '../../../../workflow/trigger.ts';
import { runtimeOf } from '../../durable/modules.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

/** What starts runs of a workflow within its budget and its time: `timed(limited(run, Budget(…)), 30)`, or `run` itself. */
export function withinLimits(run: Expr, { file, trigger }: CheckedWorkflow): Expr {
  const limited = withinBudget(run, trigger.config.budget);
  if (file.timeout === undefined) return limited;
  return py.call(runtimeOf(file).timed, limited, py.literal(file.timeout));
}

function withinBudget(run: Expr, budget: TriggerNode['config']['budget']): Expr {
  if (budget === undefined) return run;
  const { maxCostUsd, maxTokens } = budget;
  const limits = [
    ...(maxCostUsd === undefined ? [] : [py.keyword('max_cost_usd', py.literal(maxCostUsd))]),
    ...(maxTokens === undefined ? [] : [py.keyword('max_tokens', py.literal(maxTokens))]),
  ];
  const made = py.call(py.imported('app.runtime.budget', 'Budget'), ...limits);
  return py.call(py.imported('app.runtime.budget', 'limited'), run, made);
}
