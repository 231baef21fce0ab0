import type { Rule } from '../context.ts';

export const unreachableNodes: Rule = (context, reporter) => {
  if (context.trigger === undefined) return;
  for (const node of context.file.nodes) {
    if (context.reachable.has(node.id) || node.type === context.trigger.type) continue;
    reporter.report('unreachable-node', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
