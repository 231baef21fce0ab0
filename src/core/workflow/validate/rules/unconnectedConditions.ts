import { connectedHandles } from '../../graph/graph.ts';
import { nodesOfType, type NodeRule } from '../context.ts';

export const unconnectedConditions: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'condition')) {
    if (connectedHandles(context.graph, node.id).size > 0) continue;
    reporter.report('unconnected-condition', { node: node.id }, { path: context.pathOf(node, 'id') });
  }
};
