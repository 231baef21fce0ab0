import type { Reporter } from '../../diagnostics/report.ts';
import type { Handle } from '../../nodes/definition.ts';
import { inputsOf, outputsOf } from '../../nodes/handles.ts';
import { suggest } from '../../suggest.ts';
import type { WorkflowNode } from '../../types.ts';
import { changeTo } from '../fixes.ts';
import type { WorkflowRule } from '../context.ts';

/** Handles that the nodes have, and streams that lead to streams. */
export const edgeHandles: WorkflowRule = ({ file, graph }, reporter) => {
  for (const [index, edge] of file.edges.entries()) {
    const [source, target] = [graph.nodes.get(edge.source), graph.nodes.get(edge.target)];
    const from = source === undefined ? undefined : handleAt(reporter, index, source, 'output', edge.sourceHandle);
    const to = target === undefined ? undefined : handleAt(reporter, index, target, 'input', edge.targetHandle);
    if (from === undefined || to === undefined) continue;
    const streams = from.type === 'stream';
    if (streams === (to.type === 'stream')) continue;
    const { source: leaves, sourceHandle, target: reaches, targetHandle } = edge;
    const params = { source: leaves, sourceHandle, target: reaches, targetHandle, streams };
    const wanted = streams ? target : source;
    const handles = wanted === undefined ? [] : streams ? inputsOf(wanted) : outputsOf(wanted);
    const other = handles.find((handle) => handle.type === 'stream');
    const path = ['edges', index, streams ? 'targetHandle' : 'sourceHandle'];
    const key = streams ? 'targetHandle' : 'sourceHandle';
    reporter.report(
      'stream-mismatch',
      params,
      { path: reporter.source.has(path) ? path : ['edges', index] },
      { fixes: [setHandle(reporter, index, key, other?.id)] },
    );
  }
};

function handleAt(
  reporter: Reporter,
  index: number,
  node: WorkflowNode,
  direction: 'input' | 'output',
  id: string,
): Handle | undefined {
  const handles = direction === 'input' ? inputsOf(node) : outputsOf(node);
  const found = handles.find((handle) => handle.id === id);
  if (found !== undefined) return found;
  const end = direction === 'input' ? 'target' : 'source';
  if (handles.length === 0) {
    reporter.report(
      direction === 'input' ? 'edge-into-trigger' : 'edge-out-of-response',
      { node: node.id },
      { path: ['edges', index, end] },
    );
    return undefined;
  }
  const key = `${end}Handle` as const;
  const path = ['edges', index, key];
  const known = handles.map((handle) => handle.id);
  const params = { node: node.id, handle: id, direction, known };
  if (!reporter.source.has(path)) {
    reporter.report(
      'missing-handle',
      { ...params, key },
      { path: ['edges', index] },
      { fixes: known.map((handle) => setHandle(reporter, index, key, handle)) },
    );
    return undefined;
  }
  const suggestion = suggest(id, known) ?? (known.length === 1 ? known[0] : undefined);
  reporter.report('unknown-handle', params, { path }, { suggestion, fixes: [changeTo(reporter, path, suggestion)] });
  return undefined;
}

function setHandle(
  reporter: Reporter,
  index: number,
  key: 'sourceHandle' | 'targetHandle',
  handle: string | undefined,
) {
  if (handle === undefined) return undefined;
  const path = ['edges', index, key];
  if (reporter.source.has(path)) return changeTo(reporter, path, handle);
  const edit = reporter.source.insertAfter(
    ['edges', index, key === 'sourceHandle' ? 'source' : 'target'],
    `"${key}": ${JSON.stringify(handle)}`,
  );
  return edit === undefined ? undefined : { title: `Add \`"${key}": "${handle}"\``, edits: [edit] };
}
