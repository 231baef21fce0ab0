import type { DiagnosticCode } from '../../diagnostics/catalog.ts';
import type { SyntaxProblem } from '../../expressions/syntax.ts';
import { templatesIn } from '../../expressions/templateSchema.ts';
import type { Rule } from '../context.ts';

const codes = {
  syntax: 'expression-syntax',
  root: 'unknown-root',
  filter: 'unknown-filter',
  arguments: 'filter-arguments',
  number: 'expression-number',
  key: 'expression-key',
  size: 'expression-too-complex',
} as const satisfies Record<SyntaxProblem['kind'], DiagnosticCode>;

/** Reports what the parser of expressions could not read. */
export const expressionSyntax: Rule = (context, reporter) => {
  for (const node of context.file.nodes) {
    for (const { template, path } of templatesIn(node.config)) {
      for (const problem of template.problems) {
        const place = context.pathOf(node, 'config', ...path);
        const { suggestion } = problem;
        const fix =
          suggestion === undefined
            ? undefined
            : { title: `Change it to \`${suggestion}\``, edits: [reporter.source.replaceWithin(place, problem.span, suggestion)] };
        const params = { problem: problem.message, hint: problem.hint ?? '' };
        reporter.report(codes[problem.kind], params, { path: place, at: problem.span }, { suggestion, fixes: [fix] });
      }
    }
  }
};
