import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
import { generators } from '../NodeCodeGenerator.ts';
import { variableKey, type Plan } from './plan.ts';
import { findRegions } from './regions.ts';
import { schedule } from './schedule.ts';
import { bindVariables, readByNode } from './variables.ts';

/** Decides what runs in which order: branches, forks, joins, answers, and what each step leaves for later ones. */
export function plan(checked: CheckedWorkflow): Plan {
  return planOf(checked, new Map());
}

/** As `plan`, after edits of nodes that leave the graph as it is. The steps are the same object where they are the same. */
export function revisePlan(before: Plan, checked: CheckedWorkflow, nodes: readonly string[]): Plan {
  const readsOf = (of: CheckedWorkflow, node: string): string =>
    [...new Set(readByNode(of, node).map(variableKey))].toSorted().join('\n');
  if (nodes.every((node) => readsOf(before.checked, node) === readsOf(checked, node))) return { ...before, checked };
  const { body, reads } = bindVariables(checked, before.body);
  const isSame =
    JSON.stringify([body, [...reads].toSorted()]) === JSON.stringify([before.body, [...before.reads].toSorted()]);
  return isSame ? { ...before, checked } : { ...before, checked, body, reads };
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
    return node !== undefined && generators[node.type].awaits;
  };
  const regions = findRegions(checked, awaits);
  const bound = bindVariables(checked, schedule(checked, regions));
  return { checked, ...bound, streamed: streamedNodes(checked), calls };
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
          registry[source.type].outputs.some((handle) => handle.id === edge.sourceHandle && handle.type === 'stream')
        );
      })
      .map((edge) => edge.source),
  );
}
