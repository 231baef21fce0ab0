import type { PathRead } from '../expressions/walk.ts';
import { resultEdge, resultPath, tellsRounds } from '../graph/loops.ts';
import { endpointOf } from '../trigger.ts';
import type { CheckContext } from './context.ts';
import { isResultCertain } from './loopTypes.ts';

/** What the loops of a workflow read of their bodies after each round: nothing where nobody is given it. */
export function readsOfResults(context: CheckContext): (loop: string) => readonly PathRead[] {
  let used: ReadonlySet<string> | undefined;
  return (loop) => {
    const [node, edge] = [context.graph.nodes.get(loop), resultEdge(context.graph, loop)];
    if (node === undefined || edge === undefined) return [];
    used ??= usedResults(context);
    if (!used.has(loop)) return [];
    return [{ path: resultPath(edge), guarded: !isResultCertain(context, node, edge), insteadOf: [], shown: [] }];
  };
}

/** The loops whose results something is made of. */
function usedResults(context: CheckContext): ReadonlySet<string> {
  const { graph, templates, branches, trigger } = context;
  // What is carried from round to round is the last result.
  const carries = (id: string): boolean => graph.nodes.get(id)?.type === 'repeat';
  const used = new Set(
    templates.flatMap(({ references }) =>
      references.flatMap(({ path: { root, segments } }) => {
        const [node, handle] = segments.map(({ key }) => String(key));
        const isRead = handle === 'output' || (handle === 'item' && carries(node ?? ''));
        return root === 'nodes' && node !== undefined && isRead ? [node] : [];
      }),
    ),
  );
  for (const loop of graph.results.keys()) {
    const isTold = trigger !== undefined && tellsRounds(endpointOf(trigger).stream, branches.get(loop) ?? []);
    if (isTold) used.add(loop);
  }
  // What a used loop gives may be what another gave.
  for (const loop of used) {
    const edge = resultEdge(graph, loop);
    if (edge !== undefined) used.add(edge.source);
  }
  return used;
}
