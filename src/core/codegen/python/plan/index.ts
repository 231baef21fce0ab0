import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { streamedNodes } from '../../../workflow/graph/streams.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
import { joinWays } from './joinedWays.ts';
import type { Plan } from './plan.ts';
import { findRegions } from './regions.ts';
import { schedule } from './schedule.ts';
import { lazySteps } from './steps.ts';
import { bindVariables } from './variables.ts';

/** Decides what runs in which order: branches, forks, joins, answers, and what each step leaves for later ones. */
export function plan(checked: CheckedWorkflow): Plan {
  return planOf(checked, new Map());
}

/** @param known the plans that were made before: a workflow that several call has one */
function planOf(checked: CheckedWorkflow, known: Map<CheckedWorkflow, Plan>): Plan {
  const calls = new Map<string, Plan>();
  for (const [node, called] of checked.calls) {
    const made = known.get(called) ?? planOf(called, known);
    known.set(called, made);
    calls.set(node, made);
  }
  const awaits = (id: string): boolean => {
    const node = checked.graph.nodes.get(id);
    return node !== undefined && registry[node.type].awaits;
  };
  const regions = findRegions(checked, awaits);
  const bound = bindVariables(checked, joinWays(checked, schedule(checked, regions)));
  return {
    checked,
    ...bound,
    steps: lazySteps(bound.body),
    streamed: streamedNodes(checked.file, checked.graph),
    calls,
  };
}
