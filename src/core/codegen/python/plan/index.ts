import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { outputsOf } from '../../../workflow/nodes/handles.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
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
  const bound = bindVariables(checked, schedule(checked, regions));
  return { checked, ...bound, steps: lazySteps(bound.body), streamed: streamedNodes(checked), calls };
}

/** The nodes whose stream handle leads to a response. */
function streamedNodes(checked: CheckedWorkflow): ReadonlySet<string> {
  const { graph } = checked;
  return new Set(
    checked.file.edges
      .filter((edge) => {
        const source = graph.nodes.get(edge.source);
        const target = graph.nodes.get(edge.target);
        return (
          source !== undefined &&
          target !== undefined &&
          registry[target.type].role === 'response' &&
          outputsOf(source).some((handle) => handle.id === edge.sourceHandle && handle.type === 'stream')
        );
      })
      .map((edge) => edge.source),
  );
}
