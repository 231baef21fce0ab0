import { withCalled, type CheckedWorkflow } from './checked.ts';

/** Whether some step of a workflow, or of one that it calls, keeps its results. */
export function keepsResults(checked: CheckedWorkflow): boolean {
  return withCalled(checked).some(({ file }) => file.nodes.some(({ step }) => step?.cache !== undefined));
}
