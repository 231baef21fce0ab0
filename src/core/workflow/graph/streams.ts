import { registry } from '../nodes/registry.ts';
import type { WorkflowFile } from '../types.ts';
import { isStream, outgoingOf, type Graph } from './graph.ts';

/** The nodes whose stream handle leads to a response: what they say goes to a streaming caller as it arrives. */
export function streamedNodes({ edges }: Pick<WorkflowFile, 'edges'>, graph: Graph): ReadonlySet<string> {
  const reachesCaller = (id: string): boolean => {
    const target = graph.nodes.get(id);
    return target !== undefined && registry[target.type].role === 'response';
  };
  return new Set(
    edges.filter((edge) => reachesCaller(edge.target) && isStream(graph, edge)).map(({ source }) => source),
  );
}

/** Whether an edge leaves a node by a handle that carries text as it arrives. */
export function streams(graph: Graph, id: string): boolean {
  return outgoingOf(graph, id).some((edge) => isStream(graph, edge));
}
