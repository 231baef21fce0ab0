import type { CheckedWorkflow } from '../../checked.ts';
import type { RecordedRun } from '../../recordedRuns.ts';
import type { CheckContext, WorkflowRule } from '../context.ts';

/** The recorded runs beside the workflow file: that they can be read, and speak of nodes that are there. */
export const recordedRuns: WorkflowRule = (context, reporter) => {
  const { runs, unusable } = context.recorded;
  for (const { path, problem } of unusable)
    reporter.report('unusable-recorded-run', { path, problem }, { path: ['name'] });
  for (const recorded of runs) {
    const missing = nodesOfRun(recorded).find((node) => !hasNode(context, node));
    if (missing === undefined) continue;
    const [path, problem] = [`tests/${recorded.name}.run.json`, `the workflow has no node \`${missing}\``];
    reporter.report('unusable-recorded-run', { path, problem }, { path: ['name'] });
  }
};

/** The recorded runs that speak of nothing that is not there. */
export function usableRuns(context: CheckContext): readonly RecordedRun[] {
  return context.recorded.runs.filter((recorded) => nodesOfRun(recorded).every((node) => hasNode(context, node)));
}

function nodesOfRun({ run }: RecordedRun): readonly string[] {
  return [...run.answers.map(({ node }) => node), ...Object.keys(run.functions)];
}

function hasNode({ graph, calls }: Pick<CheckedWorkflow, 'graph' | 'calls'>, path: string): boolean {
  const [id = '', ...inner] = path.split('/');
  if (inner.length === 0) return graph.nodes.has(id);
  const called = calls.get(id);
  return called !== undefined && hasNode(called, inner.join('/'));
}
