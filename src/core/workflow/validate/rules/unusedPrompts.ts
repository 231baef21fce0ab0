import { nodesOf, type WorkflowRule } from '../context.ts';

/** Prompts whose messages no expression reads, though the node has been connected. */
export const unusedPrompts: WorkflowRule = (context, reporter) => {
  if (context.templates.some(({ template }) => template.problems.length > 0)) return;
  const read = new Set<string | number | undefined>();
  for (const { references } of context.templates) {
    for (const { path } of references) if (path.root === 'nodes') read.add(path.segments[0]?.key);
  }
  for (const node of nodesOf(context.file, 'promptTemplate')) {
    if (read.has(node.id) || !context.reachable.has(node.id)) continue;
    reporter.report('unused-prompt', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
