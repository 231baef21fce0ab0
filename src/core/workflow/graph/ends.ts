import { registry } from '../nodes/registry.ts';
import { isWithin, loopsAround, waysInto, type Branch } from './branches.ts';
import { bodyOf, connectedHandles, isAttempt, waysOf, type Graph } from './graph.ts';

/** A place where a run can end: after a node, or along handles that nothing is connected to. */
export interface End {
  readonly node: string;
  readonly handles: readonly string[];
  readonly branch: Branch;
}

/** The ends of runs that no response answers; none of a workflow that has no response at all. */
export function unansweredEnds(graph: Graph, branches: ReadonlyMap<string, Branch>): readonly End[] {
  const isResponse = (id: string): boolean => registry[graph.nodes.get(id)?.type ?? 'response'].role === 'response';
  const answered = waysInto(
    { graph, branches },
    [...branches].filter(([id]) => isResponse(id)).map(([, branch]) => branch),
  );
  if (answered.length === 0) return [];
  return endsOf(graph, branches).filter(({ branch }) => !answered.some((other) => isWithin(branch, other)));
}

function endsOf(graph: Graph, branches: ReadonlyMap<string, Branch>): readonly End[] {
  return [...branches].flatMap(([node, branch]): readonly End[] => {
    // Where a body ends the run goes on, with the next round or behind the loop.
    if (loopsAround(branch).length > 0) return [];
    const connected = connectedHandles(graph, node);
    const ways = waysOf(graph, node);
    if (connected.size === 0 || isBodyAlone(graph, node, connected)) {
      // A decision that leads nowhere has a rule of its own.
      return ways === undefined || isAttempt(graph, node) ? [{ node, handles: [], branch }] : [];
    }
    return (ways ?? []).flatMap((handles, way): readonly End[] =>
      handles.some((handle) => connected.has(handle))
        ? []
        : [{ node, handles, branch: [...branch, { kind: 'way', node, way }] }],
    );
  });
}

/** Whether nothing leads on behind a loop. */
function isBodyAlone(graph: Graph, node: string, connected: ReadonlySet<string>): boolean {
  const begins = bodyOf(graph, node)?.begins;
  return begins !== undefined && connected.size === 1 && connected.has(begins);
}
