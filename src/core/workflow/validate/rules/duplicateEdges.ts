import { remove } from '../fixes.ts';
import type { WorkflowRule } from '../context.ts';

/** Edges that are there twice, and ids of edges that are taken. */
export const duplicateEdges: WorkflowRule = ({ file }, reporter) => {
  const edges = new Map<string, number>();
  const ids = new Map<string, number>();
  for (const [index, edge] of file.edges.entries()) {
    const { id, source, sourceHandle, target, targetHandle } = edge;
    // NUL is in no text of a file.
    const key = `${source}\0${sourceHandle}\0${target}\0${targetHandle}`;
    const same = edges.get(key);
    if (same === undefined) {
      edges.set(key, index);
    } else {
      const path = ['edges', index];
      const { line } = reporter.source.value(['edges', same]);
      reporter.report(
        'duplicate-edge',
        { source, target, line },
        { path },
        { fixes: [remove(reporter, path, 'Remove this edge')] },
      );
    }
    if (id === undefined) continue;
    const taken = ids.get(id);
    if (taken === undefined) ids.set(id, index);
    else
      reporter.report(
        'duplicate-edge-id',
        { id, line: reporter.source.value(['edges', taken]).line },
        { path: ['edges', index, 'id'] },
      );
  }
};
