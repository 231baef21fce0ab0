import type { Expression } from '../../../src/core/workflow/expressions/syntax.ts';

/** Writes an expression with as few parentheses as the grammar allows. */
export function printExpression(expression: Expression, level = 0): string {
  const text = write(expression);
  return levelOf(expression) < level ? `(${text})` : text;
}

/** How tightly an expression binds: or, and, not, comparison, filter, primary. */
function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'logical':
      return expression.operator === 'or' ? 0 : 1;
    case 'not':
      return 2;
    case 'comparison':
      return 3;
    case 'filter':
      return 4;
    case 'literal':
    case 'path':
      return 5;
  }
}

function write(expression: Expression): string {
  const level = levelOf(expression);
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'path':
      return `${expression.root}${expression.segments.map(({ key }) => `[${JSON.stringify(key)}]`).join('')}`;
    case 'not':
      return `not ${printExpression(expression.operand, level)}`;
    case 'logical':
      return `${printExpression(expression.left, level)} ${expression.operator} ${printExpression(expression.right, level + 1)}`;
    case 'comparison':
      return `${printExpression(expression.left, level + 1)} ${expression.operator} ${printExpression(expression.right, level + 1)}`;
    case 'filter': {
      const args = expression.args.map((argument) => printExpression(argument)).join(', ');
      return `${printExpression(expression.subject, level)} | ${expression.name}${args === '' ? '' : `(${args})`}`;
    }
  }
}

/** An expression without its places, to be compared with another. */
export function withoutSpans(expression: Expression): unknown {
  return JSON.parse(
    JSON.stringify(expression, (key, value: unknown) => (key === 'span' || key === 'nameSpan' ? undefined : value)),
  );
}
