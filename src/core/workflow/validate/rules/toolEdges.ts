import type { WorkflowRule } from '../context.ts';

/** Tools are offered along the handle at which a model asks for calls. */
export const toolEdges: WorkflowRule = ({ file, graph }, reporter) => {
  for (const [index, edge] of file.edges.entries()) {
    const { source, sourceHandle, target } = edge;
    const isTool = graph.tools.get(source)?.includes(target) === true && edge.targetHandle === 'tool';
    if (isTool && sourceHandle !== 'function_call')
      reporter.report('misplaced-tool-edge', { source, sourceHandle, target }, { path: ['edges', index] });
  }
};
