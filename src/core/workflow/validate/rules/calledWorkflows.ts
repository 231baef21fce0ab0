import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Place, Reporter } from '../../diagnostics/report.ts';
import type { CheckedWorkflow } from '../../checked.ts';
import { streamedNodes } from '../../graph/streams.ts';
import { suggest } from '../../suggest.ts';
import { nodesOf, type CheckContext, type WorkflowRule } from '../context.ts';
import type { CalledFile } from '../workflowFolder.ts';

/** The files of subWorkflow nodes: where they are, that they are sound, that none calls itself, and that what is passed on is there. */
export const calledWorkflows: WorkflowRule = (context, reporter) => {
  const seen = new Set<string>();
  const streamed = streamedNodes(context.file, context.graph);
  for (const node of nodesOf(context.file, 'subWorkflow')) {
    const { file: path } = node.config;
    const place = { path: context.pathOf(node, 'config', 'file') };
    const called = context.called.get(node.id);
    if (called === undefined) continue;
    switch (called.kind) {
      case 'unsafe':
      case 'missing':
        reportNoFile(context, reporter, called, path, place);
        break;
      case 'recursive':
        reporter.report('recursive-workflow', { files: called.files }, place);
        break;
      case 'unsound':
      case 'sound': {
        if (called.kind === 'sound' && streamed.has(node.id) && saysNothing(called.checked))
          reporter.report('silent-stream', { node: node.id, path }, place);
        // What was found in a file is told once, however many nodes call it.
        if (!seen.has(path)) reportFindings(reporter, called.diagnostics, path, place);
        seen.add(path);
      }
    }
  }
};

/** Says why there is no workflow behind a path. */
export function reportNoFile(
  context: CheckContext,
  reporter: Reporter,
  called: Extract<CalledFile, { readonly kind: 'unsafe' | 'missing' }>,
  path: string,
  place: Place,
): void {
  if (called.kind === 'unsafe') {
    reporter.report('unsafe-file-path', { path, problem: called.problem, ending: '.workflow.json' }, place);
    return;
  }
  const others = [...context.sources.keys()].filter((other) => other.endsWith('.workflow.json'));
  reporter.report('file-not-found', { path }, place, { suggestion: suggest(path, others) });
}

/** Says what was found in another workflow. */
export function reportFindings(
  reporter: Reporter,
  diagnostics: readonly Diagnostic[],
  path: string,
  place: Place,
): void {
  const [errors, warnings] = [found(diagnostics, 'error'), found(diagnostics, 'warning')];
  if (errors !== undefined) reporter.report('unsound-workflow', { path, errors: errors.count, ...errors }, place);
  else if (warnings !== undefined)
    reporter.report('doubtful-workflow', { path, warnings: warnings.count, ...warnings }, place);
}

/** Whether a workflow that is called streams nothing, and nothing of those that it calls. */
function saysNothing({ file, graph, calls }: CheckedWorkflow): boolean {
  return [...streamedNodes(file, graph)].every((node) => {
    const inner = calls.get(node);
    return inner !== undefined && saysNothing(inner);
  });
}

function found(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']) {
  const those = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const [first] = those;
  return first === undefined ? undefined : { count: those.length, line: first.range.line, first: first.message };
}
