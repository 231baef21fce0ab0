import { isWithin } from '../../graph/branches.ts';
import { unansweredEnds } from '../../graph/ends.ts';
import { isAnsweredBefore } from '../../trigger.ts';
import type { WorkflowRule } from '../context.ts';

/** Runs that end without an answer. */
export const deadEnds: WorkflowRule = (context, reporter) => {
  const { graph, branches } = context;
  if (!context.isSound || (context.trigger !== undefined && isAnsweredBefore(context.trigger))) return;
  const unanswered = unansweredEnds(graph, branches);
  // Where a run goes on elsewhere as well, only the last end on its way is worth a word.
  const last = unanswered.filter(
    ({ branch }) => !unanswered.some((other) => other.branch.length > branch.length && isWithin(other.branch, branch)),
  );
  for (const { node, handles } of last) {
    const found = graph.nodes.get(node);
    if (found !== undefined) reporter.report('dead-end', { node, handles }, { path: context.pathOf(found, 'id') });
  }
};
