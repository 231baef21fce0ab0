import { templatesIn } from '../../expressions/templateSchema.ts';
import { pathsOf } from '../../expressions/walk.ts';
import { nodesOfType, type Rule } from '../context.ts';

/** Prompts whose messages no expression reads, though the node has been connected. */
export const unusedPrompts: Rule = (context, reporter) => {
  const read = new Set<string | number | undefined>();
  for (const { config } of context.file.nodes) {
    for (const { template } of templatesIn(config)) {
      if (template.problems.length > 0) return;
      for (const { path } of pathsOf(template)) if (path.root === 'nodes') read.add(path.segments[0]?.key);
    }
  }
  for (const node of nodesOfType(context, 'promptTemplate')) {
    if (read.has(node.id) || !context.reachable.has(node.id)) continue;
    reporter.report('unused-prompt', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
