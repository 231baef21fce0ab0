import { connectedHandles } from '../../graph/graph.ts';
import { outputsOf } from '../../nodes/handles.ts';
import type { NodeRule } from '../context.ts';

/** Nodes that do nothing but decide which way a run takes, and from which none leads on. */
export const unconnectedDecisions: NodeRule = (context, reporter) => {
  for (const node of context.nodes) {
    const outputs = outputsOf(node);
    const decides = outputs.length > 0 && outputs.every(({ type }) => type === 'conditional');
    if (!decides || connectedHandles(context.graph, node.id).size > 0) continue;
    const handles = outputs.map(({ id }) => id);
    reporter.report('unconnected-condition', { node: node.id, handles }, { path: context.pathOf(node, 'id') });
  }
};
