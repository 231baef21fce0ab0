import { writeAtomically } from '../../host/atomicFile.ts';
import type { Diagnostic } from '../../core/workflow/index.ts';
import { HostError } from '../../host/errors.ts';
import { exitCode, type CommandContext } from '../context.ts';
import { worstCase } from '../../core/workflow/cost/worstCase.ts';
import { costLines } from '../costReport.ts';
import { reportFailure } from '../failures.ts';
import { applyFixes } from '../fixes.ts';
import { scheduleLine } from '../scheduleReport.ts';
import { findingTexts } from '../report.ts';
import { loadWorkflow, type LoadedWorkflow } from '../../host/workflowFiles.ts';

interface CheckOptions {
  readonly fix?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
  readonly cost?: boolean;
}

/** Shows what is wrong in each file; nothing is run. */
export async function checkFiles(
  context: CommandContext,
  paths: readonly string[],
  options: CheckOptions,
): Promise<number> {
  const { terminal } = context;
  const results: LoadedWorkflow[] = [];
  let unreadable: number = exitCode.fine;
  for (const path of paths) {
    try {
      results.push(await loadAndFix(context, path, options));
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      // One file that cannot be read keeps nobody from the findings in the others.
      unreadable = reportFailure(error, context);
    }
  }
  const severityOf = ({ severity }: Diagnostic) => (options.strict ? 'error' : severity);
  const found = results.flatMap(({ diagnostics }) => diagnostics);
  const errors = found.filter((diagnostic) => severityOf(diagnostic) === 'error').length;
  if (options.json) {
    const files = results.map(({ path, diagnostics, checked }) => ({
      file: path,
      diagnostics: diagnostics.map((diagnostic) => ({ ...diagnostic, severity: severityOf(diagnostic) })),
      ...(options.cost && { cost: checked === undefined ? null : worstCase(checked) }),
    }));
    terminal.print(JSON.stringify({ ok: errors === 0 && unreadable === exitCode.fine, files }, null, 2));
  } else {
    for (const result of results) {
      const shown = result.diagnostics.map((diagnostic) => ({ ...diagnostic, severity: severityOf(diagnostic) }));
      for (const text of findingTexts(result, shown, terminal.out)) terminal.print(text);
    }
    for (const { checked } of results) {
      const line = checked && scheduleLine(checked, Date.now());
      if (line !== undefined) terminal.print(terminal.out.dim(line));
    }
    for (const { path, checked } of options.cost ? results : []) {
      if (checked === undefined) continue;
      for (const line of costLines(path, worstCase(checked), terminal.out)) terminal.print(line);
    }
    if (results.length > 0) terminal.print(verdict(context, results, errors, found.length - errors));
  }
  return unreadable || (errors === 0 ? exitCode.fine : exitCode.workflowErrors);
}

async function loadAndFix(context: CommandContext, path: string, { fix }: CheckOptions): Promise<LoadedWorkflow> {
  let loaded = await loadWorkflow(path);
  if (!fix) return loaded;
  // A fix may bring to light what it hid; a file that never settles is left as the last round made it.
  for (let round = 0; round < 10; round += 1) {
    const fixed = await fixedBy(path, loaded);
    if (fixed === undefined) break;
    writeAtomically(path, fixed.loaded.text);
    for (const title of fixed.applied)
      context.terminal.note(`${context.terminal.err.green('fixed:')} ${path}: ${title}`);
    ({ loaded } = fixed);
  }
  return loaded;
}

interface Fixed {
  readonly loaded: LoadedWorkflow;
  readonly applied: readonly string[];
}

/** More files than this are not checked to find the fixes that mend something. */
const mostTrials = 100;

/** The file after a round of fixes: all of them or, where more would be wrong after these, each that by itself makes no more wrong. */
async function fixedBy(path: string, before: LoadedWorkflow): Promise<Fixed | undefined> {
  const attempt = async (from: LoadedWorkflow, diagnostics: readonly Diagnostic[]): Promise<Fixed | undefined> => {
    const { text, applied } = applyFixes(from.text, diagnostics);
    if (applied.length === 0) return undefined;
    const loaded = await loadWorkflow(path, text);
    return loaded.diagnostics.length > from.diagnostics.length ? undefined : { loaded, applied };
  };
  const all = await attempt(before, before.diagnostics);
  if (all !== undefined) return all;
  const fixable = before.diagnostics.filter(({ fixes }) => fixes !== undefined).slice(0, mostTrials);
  for (const diagnostic of fixable) {
    const one = await attempt(before, [diagnostic]);
    if (one !== undefined) return one;
  }
  return undefined;
}

function verdict(
  { terminal: { out } }: CommandContext,
  results: readonly LoadedWorkflow[],
  errors: number,
  warnings: number,
): string {
  const files = count(results.length, 'file');
  if (errors + warnings === 0) return `${out.green('ok')} ${files}, nothing found`;
  const fixable = results.some(({ diagnostics }) => diagnostics.some(({ fixes }) => (fixes?.length ?? 0) > 0));
  const hint = fixable ? '; --fix repairs what it can' : '';
  const mark = errors > 0 ? out.red('not ok') : out.green('ok');
  return `${mark} ${files}, ${count(errors, 'error')}, ${count(warnings, 'warning')}${hint}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
