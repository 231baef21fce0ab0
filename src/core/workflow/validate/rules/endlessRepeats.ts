import { nodesOfType, type NodeRule } from '../context.ts';

export const endlessRepeats: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'repeat')) {
    const { until, maxRounds } = node.config;
    if (until === undefined && maxRounds === undefined)
      reporter.report('endless-repeat', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
