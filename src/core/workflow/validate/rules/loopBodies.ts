import type { Reporter } from '../../diagnostics/report.ts';
import { loopsAround } from '../../graph/branches.ts';
import { isStream } from '../../graph/graph.ts';
import type { LoopFault } from '../../graph/loops.ts';
import { resultEdge } from '../../graph/loops.ts';
import { registry } from '../../nodes/registry.ts';
import type { WorkflowEdge } from '../../types.ts';
import { nodesOf, type CheckContext, type WorkflowRule } from '../context.ts';
import { isResultCertain } from '../loopTypes.ts';

/** A body begins at `item`, ends in `result`, and has no other way in or out. */
export const loopBodies: WorkflowRule = (context, reporter) => {
  for (const fault of context.loopFaults) reportFault(context, reporter, fault);
  if (context.isSound) for (const loop of context.graph.results.keys()) checkResult(context, reporter, loop);
  for (const node of context.file.nodes) {
    const [loop] = loopsAround(context.branches.get(node.id) ?? []);
    if (loop !== undefined && registry[node.type].role === 'response')
      reporter.report('response-in-body', { node: node.id, loop }, { path: context.pathOf(node, 'id') });
  }
};

function reportFault(context: CheckContext, reporter: Reporter, fault: LoopFault): void {
  const pathOfEdge = (edge: WorkflowEdge) => ({ path: ['edges', context.file.edges.indexOf(edge)] });
  const { loop } = fault;
  switch (fault.kind) {
    case 'open': {
      const node = context.graph.nodes.get(loop);
      if (node !== undefined) reporter.report('open-loop', { loop }, { path: context.pathOf(node, 'id') });
      return;
    }
    case 'secondResult': {
      const { edge, first } = fault;
      reporter.report('second-result', { loop, source: edge.source, first: first.source }, pathOfEdge(edge));
      return;
    }
    case 'foreignResult':
      reporter.report('foreign-result', { loop, source: fault.edge.source }, pathOfEdge(fault.edge));
      return;
    case 'mixed': {
      const { inside, outside } = fault;
      const params = { node: inside.target, loop, inside: inside.source, outside: outside.source };
      reporter.report('mixed-body', params, pathOfEdge(outside));
    }
  }
}

function checkResult(context: CheckContext, reporter: Reporter, loop: string): void {
  const [node, edge] = [context.graph.nodes.get(loop), resultEdge(context.graph, loop)];
  const source = edge && context.graph.nodes.get(edge.source);
  if (node === undefined || edge === undefined || source === undefined || !context.reachable.has(loop)) return;
  // A stream into an input that takes none has a rule of its own.
  if (isStream(context.graph, edge)) return;
  const params = { loop, source: edge.source, handle: edge.sourceHandle };
  const place = { path: ['edges', context.file.edges.indexOf(edge)] };
  if (!Object.hasOwn(context.valuesOf(source), edge.sourceHandle))
    reporter.report('result-without-value', params, place);
  else if (!isResultCertain(context, node, edge)) reporter.report('result-may-be-missing', params, place);
}

/**
 * Models that stream their text out of the body of a loop that works on several items at once, to callers who get the text alone:
 * the events of a run say for which items they are.
 */
export const mixedTokens: WorkflowRule = (context, reporter) => {
  const crowded = new Set(
    nodesOf(context.file, 'loop').flatMap(({ id, config }) => (config.concurrency > 1 ? [id] : [])),
  );
  for (const [index, edge] of context.file.edges.entries()) {
    const loop = loopsAround(context.branches.get(edge.source) ?? []).find((id) => crowded.has(id));
    if (loop === undefined || !isStream(context.graph, edge) || !isTextAlone(context, edge)) continue;
    reporter.report('mixed-tokens', { node: edge.source, loop }, { path: ['edges', index] });
  }
};

function isTextAlone({ graph, trigger }: CheckContext, edge: WorkflowEdge): boolean {
  const answer = graph.nodes.get(edge.target);
  if (answer?.type === 'response' && answer.config.format === 'stream') return true;
  return trigger?.type === 'httpEndpoint' && trigger.config.openai !== undefined;
}
