import { isWithin, waysInto, type Branch } from '../../graph/branches.ts';
import { connectedHandles, waysOf } from '../../graph/graph.ts';
import { registry } from '../../nodes/registry.ts';
import type { CheckContext, WorkflowRule } from '../context.ts';

/** A place where a run can end: after a node, or along handles that nothing is connected to. */
interface End {
  readonly node: string;
  readonly handles: readonly string[];
  readonly branch: Branch;
}

/** Runs that end without an answer. */
export const deadEnds: WorkflowRule = (context, reporter) => {
  const { graph, branches } = context;
  const isResponse = (id: string): boolean => registry[graph.nodes.get(id)?.type ?? 'response'].role === 'response';
  const answered = waysInto(
    graph,
    [...branches].filter(([id]) => isResponse(id)).map(([, branch]) => branch),
  );
  if (!context.isSound || answered.length === 0) return;
  const unanswered = endsOf(context).filter(({ branch }) => !answered.some((other) => isWithin(branch, other)));
  // Where a run goes on elsewhere as well, only the last end on its way is worth a word.
  const last = unanswered.filter(
    ({ branch }) => !unanswered.some((other) => other.branch.length > branch.length && isWithin(other.branch, branch)),
  );
  for (const { node, handles } of last) {
    const found = graph.nodes.get(node);
    if (found !== undefined) reporter.report('dead-end', { node, handles }, { path: context.pathOf(found, 'id') });
  }
};

function endsOf({ graph, branches }: CheckContext): readonly End[] {
  return [...branches].flatMap(([node, branch]): readonly End[] => {
    const connected = connectedHandles(graph, node);
    const ways = waysOf(graph, node);
    if (connected.size === 0) {
      // A condition that leads nowhere has a rule of its own.
      return ways === undefined ? [{ node, handles: [], branch }] : [];
    }
    return (ways ?? []).flatMap((handles, way): readonly End[] =>
      handles.some((handle) => connected.has(handle))
        ? []
        : [{ node, handles, branch: [...branch, { kind: 'way', node, way }] }],
    );
  });
}
