import { toolNodes, topologicalOrder } from '../../graph/graph.ts';
import type { WorkflowRule } from '../context.ts';
import { remove } from '../fixes.ts';

/** Tools are offered along the handle at which a model asks for calls, and their results go back to it. */
export const toolEdges: WorkflowRule = ({ file, graph }, reporter) => {
  const tools = toolNodes(graph);
  if (tools.size === 0) return;
  // A tool may be a step as well, when edges lead there.
  const steps = new Set(topologicalOrder(graph));
  for (const [index, edge] of file.edges.entries()) {
    const { source, sourceHandle, target } = edge;
    const path = ['edges', index];
    const isTool = graph.tools.get(source)?.includes(target) === true && edge.targetHandle === 'tool';
    if (isTool && sourceHandle !== 'function_call')
      reporter.report('misplaced-tool-edge', { source, sourceHandle, target }, { path });
    if (!isTool && tools.has(source) && !steps.has(source) && graph.nodes.has(target)) {
      const fixes = [remove(reporter, path, 'Remove this edge')];
      reporter.report('edge-out-of-tool', { node: source, target }, { path }, { fixes });
    }
  }
};
