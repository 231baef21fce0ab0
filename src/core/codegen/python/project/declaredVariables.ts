import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';

/** The environment variables that workflows and those they call declare, each once. */
export function declaredVariables(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => file.env))];
}
