import { formatDiagnostic, type CheckedWorkflow, type Diagnostic } from '../core/workflow/index.ts';
import type { CommandContext } from './context.ts';
import type { Terminal } from './terminal.ts';
import type { LoadedWorkflow } from '../host/workflowFiles.ts';

/** Shows what was found in a workflow file, on standard error; true when it has no errors. */
export function requireSound(
  { terminal }: CommandContext,
  loaded: LoadedWorkflow,
): loaded is LoadedWorkflow & { readonly checked: CheckedWorkflow } {
  for (const diagnostic of loaded.diagnostics) terminal.note(diagnosticText(diagnostic, loaded, terminal.err));
  return loaded.checked !== undefined;
}

/** A diagnostic with its severity, its place in the line and its fix in colours. */
export function diagnosticText(diagnostic: Diagnostic, loaded: LoadedWorkflow, colours: Terminal['out']): string {
  const [first = '', ...rest] = formatDiagnostic(diagnostic, loaded).split('\n');
  const { severity } = diagnostic;
  const mark = severity === 'error' ? colours.red : colours.yellow;
  const rows = rest.map((row) => row.replace(/\^+$/, mark).replace(/^ {2}(fix|hint):/, (label) => colours.cyan(label)));
  return [first.replace(`  ${severity}  `, `  ${mark(severity)}  `), ...rows].join('\n');
}
