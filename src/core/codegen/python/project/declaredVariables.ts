import { outsideNodes } from '../../../workflow/validate/context.ts';
import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';

/** The environment variables that workflows and those they call declare, each once. */
export function declaredVariables(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => file.env))];
}

/** The names of the credentials that workflows and those they call declare, each once. */
export function declaredCredentials(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => Object.keys(file.credentials)))];
}

/** Whether workflows, or those they call, ask other services. */
export function asksServices(workflows: readonly CheckedWorkflow[]): boolean {
  return workflows.flatMap(withCalled).some(({ file }) => outsideNodes(file).length > 0);
}
