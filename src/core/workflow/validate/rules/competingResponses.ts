import { isWithin } from '../../graph/branches.ts';
import { registry } from '../../nodes/registry.ts';
import type { WorkflowRule } from '../context.ts';

/** Responses that are reached only in runs that another response answers too. */
export const competingResponses: WorkflowRule = (context, reporter) => {
  if (!context.isSound) return;
  const found = context.file.nodes.filter(
    (node) => registry[node.type].role === 'response' && context.branches.has(node.id),
  );
  for (const [index, node] of found.entries()) {
    const branch = context.branches.get(node.id) ?? [];
    const first = found.find((other, at) => {
      const outer = context.branches.get(other.id) ?? [];
      return other.id !== node.id && isWithin(branch, outer) && (outer.length < branch.length || at < index);
    });
    if (first !== undefined)
      reporter.report(
        'response-never-answers',
        { node: node.id, first: first.id },
        { path: context.pathOf(node, 'id') },
      );
  }
};
