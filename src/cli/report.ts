import { formatDiagnostic, type CheckedWorkflow, type Diagnostic } from '../core/workflow/index.ts';
import type { CommandContext } from './context.ts';
import type { Terminal } from './terminal.ts';
import type { LoadedWorkflow } from '../host/workflowFiles.ts';

/** Shows what was found in a workflow file, on standard error; true when it has no errors. */
export function requireSound(
  { terminal }: CommandContext,
  loaded: LoadedWorkflow,
): loaded is LoadedWorkflow & { readonly checked: CheckedWorkflow } {
  for (const text of findingTexts(loaded, loaded.diagnostics, terminal.err)) terminal.note(text);
  return loaded.checked !== undefined;
}

/** Of a file with more findings than this no person reads them all; `check --json` lists them. */
const mostShown = 500;

/** The findings in a file as they are shown: in their order, and, where they are too many, errors before warnings. */
export function findingTexts(
  loaded: LoadedWorkflow,
  found: readonly Diagnostic[],
  colours: Terminal['out'],
): readonly string[] {
  const isError = ({ severity }: Diagnostic): boolean => severity === 'error';
  const chosen =
    found.length <= mostShown
      ? found
      : [...found.filter(isError), ...found.filter((each) => !isError(each))].slice(0, mostShown);
  const texts = chosen.map((diagnostic) => diagnosticText(diagnostic, loaded, colours));
  const rest = found.length - chosen.length;
  return rest === 0 ? texts : [...texts, `${loaded.path}: and ${rest} more (check --json lists all)`];
}

/** A diagnostic with its severity, its place in the line and its fix in colours. */
function diagnosticText(diagnostic: Diagnostic, loaded: LoadedWorkflow, colours: Terminal['out']): string {
  const [first = '', ...rest] = formatDiagnostic(diagnostic, loaded).split('\n');
  const { severity } = diagnostic;
  const mark = severity === 'error' ? colours.red : colours.yellow;
  const rows = rest.map((row) => row.replace(/\^+$/, mark).replace(/^ {2}(fix|hint):/, (label) => colours.cyan(label)));
  return [first.replace(`  ${severity}  `, `  ${mark(severity)}  `), ...rows].join('\n');
}
