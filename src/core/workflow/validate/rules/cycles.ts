import { registry } from '../../nodes/registry.ts';
import type { WorkflowNode } from '../../types.ts';
import type { WorkflowRule } from '../context.ts';

export const cycles: WorkflowRule = ({ file, graph, cycle }, reporter) => {
  const [first] = cycle ?? [];
  // Edges from a node to itself, into a trigger or out of a response have rules of their own.
  if (
    cycle === undefined ||
    first === undefined ||
    cycle.length === 1 ||
    cycle.some(({ source }) => hasOneSide(graph.nodes.get(source)))
  )
    return;
  const path = [...cycle.map((edge) => edge.source), first.source];
  reporter.report('cycle', { path }, { path: ['edges', file.edges.indexOf(cycle.at(-1) ?? first)] });
};

function hasOneSide(node: WorkflowNode | undefined): boolean {
  return node !== undefined && (registry[node.type].inputs.length === 0 || registry[node.type].outputs.length === 0);
}
