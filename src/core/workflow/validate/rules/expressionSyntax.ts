import type { DiagnosticCode } from '../../diagnostics/catalog.ts';
import type { SyntaxProblem } from '../../expressions/syntax.ts';
import type { NodeRule } from '../context.ts';
import { replacePart } from '../fixes.ts';

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
export const expressionSyntax: NodeRule = (context, reporter) => {
  for (const { template, path } of context.templates) {
    for (const { kind, message, span, hint = '', suggestion } of template.problems) {
      const fixes = [replacePart(reporter, path, span, suggestion)];
      reporter.report(codes[kind], { problem: message, hint }, { path, at: span }, { suggestion, fixes });
    }
  }
};
