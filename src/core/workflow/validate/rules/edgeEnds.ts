import { suggest } from '../../suggest.ts';
import { changeTo } from '../fixes.ts';
import type { WorkflowRule } from '../context.ts';

/** Edges between nodes that are there, and from one node to another. */
export const edgeEnds: WorkflowRule = ({ file, graph }, reporter) => {
  const known = [...graph.nodes.keys()];
  for (const [index, edge] of file.edges.entries()) {
    for (const end of ['source', 'target'] as const) {
      if (graph.nodes.has(edge[end])) continue;
      const path = ['edges', index, end];
      const suggestion = suggest(edge[end], known);
      reporter.report(
        'unknown-node',
        { end, id: edge[end], known },
        { path },
        { suggestion, fixes: [changeTo(reporter, path, suggestion)] },
      );
    }
    // A body may be empty: from the item straight to the result.
    const isResult = graph.results.get(edge.target)?.includes(edge) ?? false;
    if (edge.source === edge.target && graph.nodes.has(edge.source) && !isResult) {
      reporter.report('self-edge', { node: edge.source }, { path: ['edges', index] });
    }
  }
};
