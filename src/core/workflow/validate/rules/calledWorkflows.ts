import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { suggest } from '../../suggest.ts';
import { nodesOf, type WorkflowRule } from '../context.ts';

/** The files of subWorkflow nodes: where they are, that they are sound, and that none calls itself. */
export const calledWorkflows: WorkflowRule = (context, reporter) => {
  const seen = new Set<string>();
  for (const node of nodesOf(context.file, 'subWorkflow')) {
    const { file: path } = node.config;
    const place = { path: context.pathOf(node, 'config', 'file') };
    const called = context.called.get(node.id);
    if (called === undefined) continue;
    switch (called.kind) {
      case 'unsafe':
        reporter.report('unsafe-file-path', { path, problem: called.problem, ending: '.workflow.json' }, place);
        break;
      case 'missing': {
        const others = [...context.sources.keys()].filter((other) => other.endsWith('.workflow.json'));
        reporter.report('file-not-found', { path }, place, { suggestion: suggest(path, others) });
        break;
      }
      case 'recursive':
        reporter.report('recursive-workflow', { files: called.files }, place);
        break;
      case 'unsound':
      case 'sound': {
        // What was found in a file is told once, however many nodes call it.
        const [errors, warnings] = [found(called.diagnostics, 'error'), found(called.diagnostics, 'warning')];
        if (errors !== undefined && !seen.has(path))
          reporter.report('unsound-workflow', { path, errors: errors.count, ...errors }, place);
        else if (warnings !== undefined && !seen.has(path))
          reporter.report('doubtful-workflow', { path, warnings: warnings.count, ...warnings }, place);
        seen.add(path);
      }
    }
  }
};

function found(diagnostics: readonly Diagnostic[], severity: Diagnostic['severity']) {
  const those = diagnostics.filter((diagnostic) => diagnostic.severity === severity);
  const [first] = those;
  return first === undefined ? undefined : { count: those.length, line: first.range.line, first: first.message };
}
