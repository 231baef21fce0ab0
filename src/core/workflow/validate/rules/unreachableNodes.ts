import { registry } from '../../nodes/registry.ts';
import type { WorkflowNode } from '../../types.ts';
import type { WorkflowRule } from '../context.ts';

export const unreachableNodes: WorkflowRule = (context, reporter) => {
  if (context.trigger === undefined) return;
  const isResponse = ({ type }: WorkflowNode): boolean => registry[type].role === 'response';
  const answers = context.file.nodes.some((node) => isResponse(node) && context.reachable.has(node.id));
  for (const node of context.file.nodes) {
    // Further triggers, and responses of which none is reached, are reported as what they are.
    if (context.reachable.has(node.id) || registry[node.type].role === 'trigger' || (isResponse(node) && !answers))
      continue;
    reporter.report('unreachable-node', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
