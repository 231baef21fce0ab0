import type { WorkflowRule } from '../context.ts';

/** Python allows 100 levels of indentation; the generated code needs some for itself. */
const decisionLimit = 60;

/** Decisions in decisions, deeper than Python can be written. */
export const decisionDepth: WorkflowRule = (context, reporter) => {
  const depth = decisionLimit + 1;
  // Of those behind one another only the first is reported.
  const first = context.file.nodes.find((node) => context.branches.get(node.id)?.length === depth);
  if (first === undefined) return;
  reporter.report(
    'branch-too-deep',
    { node: first.id, depth, limit: decisionLimit },
    { path: context.pathOf(first, 'id') },
  );
};
