import { isNodeId } from '../../nodeId.ts';
import type { WorkflowRule } from '../context.ts';

/** Ids that are malformed or taken. Two ids that become the same Python name (`a-b`, `a_b`) are told apart by the generator. */
export const nodeIds: WorkflowRule = (context, reporter) => {
  const firsts = new Map<string, readonly (string | number)[]>();
  for (const node of context.file.nodes) {
    const path = context.pathOf(node, 'id');
    if (!isNodeId(node.id)) reporter.report('invalid-node-id', { id: node.id }, { path });
    const first = firsts.get(node.id);
    if (first === undefined) firsts.set(node.id, path);
    else reporter.report('duplicate-node-id', { id: node.id, line: reporter.source.value(first).line }, { path });
  }
};
