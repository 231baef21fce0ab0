import { formatDiagnostic, type CheckedWorkflow } from '../core/workflow/index.ts';
import type { CommandContext } from './context.ts';
import type { LoadedWorkflow } from './workflowFiles.ts';

/** Shows what was found in a workflow file, on standard error; true when it has no errors. */
export function requireSound(
  { terminal }: CommandContext,
  loaded: LoadedWorkflow,
): loaded is LoadedWorkflow & { readonly checked: CheckedWorkflow } {
  for (const diagnostic of loaded.diagnostics) terminal.note(formatDiagnostic(diagnostic, loaded));
  return loaded.checked !== undefined;
}
