import { ValueFormatter } from './assignments.ts';
import { docstringLines } from './docstrings.ts';
import { ExpressionFormatter } from './expressions.ts';
import { Imports } from './imports.ts';
import { LayoutPrinter } from './layout.ts';
import { Lowering } from './lower.ts';
import { StatementPrinter } from './statements.ts';
import type { Module, PrintedModule, SourceRange } from './tree.ts';

/**
 * Prints a Python file as `ruff format` leaves it (line length 120, Python 3.11), imports first. The ranges say which
 * part of the text comes from which node of the workflow.
 */
export function printModule(module: Module): PrintedModule {
  const imports = new Imports();
  const marks: Omit<SourceRange, 'startLine' | 'startColumn' | 'endLine' | 'endColumn'>[] = [];
  const addMark = (mark: { readonly node: string; readonly expression?: string }): number => marks.push(mark) - 1;
  const lowering = new Lowering(
    (expr) => addMark(expr.origin),
    (name) => imports.use(name),
  );
  const expressions = new ExpressionFormatter();
  const body = new LayoutPrinter();
  const statements = new StatementPrinter(body, lowering, expressions, new ValueFormatter(expressions), addMark);
  statements.body(module.body, 0, 'module');

  const head = [...(module.docstring === undefined ? [] : docstringLines(module.docstring))];
  const importLines = imports.lines();
  if (head.length > 0 && importLines.length > 0) head.push('');
  head.push(...importLines);
  const first = module.body[0];
  const startsWithDefinition = first?.kind === 'function' || first?.kind === 'class';
  if (head.length > 0 && first) head.push(...(startsWithDefinition ? ['', ''] : ['']));

  const text = [...head, body.text].filter((line, index) => index < head.length || line !== '').join('\n');
  return { text: text === '' || text.endsWith('\n') ? text : `${text}\n`, ranges: rangesOf(marks, body, head.length) };
}

function rangesOf(
  marks: readonly { readonly node: string; readonly expression?: string }[],
  printer: LayoutPrinter,
  linesBefore: number,
): readonly SourceRange[] {
  const ranges = marks.map((mark, index): SourceRange => {
    const start = printer.startOf(index);
    const end = printer.endOf(index);
    if (!start || !end) throw new Error(`What comes from node ${mark.node} was not printed`);
    return {
      node: mark.node,
      ...(mark.expression !== undefined && { expression: mark.expression }),
      startLine: start.line + linesBefore,
      startColumn: start.column,
      endLine: end.line + linesBefore,
      endColumn: end.column,
    };
  });
  return ranges.toSorted((left, right) => left.startLine - right.startLine || left.startColumn - right.startColumn);
}
