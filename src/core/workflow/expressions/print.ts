import type { Expression } from './syntax.ts';

const plainKey = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Writes an expression with as few parentheses as the grammar allows. */
export function printExpression(expression: Expression, level = 0): string {
  const text = write(expression);
  return levelOf(expression) < level ? `(${text})` : text;
}

/** How tightly an expression binds: the rules of the grammar, in their order. */
function levelOf(expression: Expression): number {
  switch (expression.kind) {
    case 'conditional':
      return 0;
    case 'logical':
      return expression.operator === 'or' ? 1 : 2;
    case 'not':
      return 3;
    case 'comparison':
    case 'membership':
      return 4;
    case 'concatenation':
      return 5;
    case 'arithmetic':
      return expression.operator === '+' || expression.operator === '-' ? 6 : 7;
    case 'negative':
      return 8;
    case 'filter':
      return 9;
    case 'literal':
    case 'path':
    case 'call':
    case 'each':
    case 'list':
    case 'object':
      return 10;
  }
}

function write(expression: Expression): string {
  const level = levelOf(expression);
  switch (expression.kind) {
    case 'literal':
      return JSON.stringify(expression.value);
    case 'path': {
      const written = expression.segments.map(({ key }) => writtenKey(key)).join('');
      return expression.root === 'local' ? written.slice(1) : `${expression.root}${written}`;
    }
    case 'call':
      return `${expression.name}()`;
    case 'each':
      return `for ${expression.variable} in ${printExpression(expression.list)}`;
    case 'not':
      return `not ${printExpression(expression.operand, level)}`;
    case 'negative': {
      const operand = printExpression(expression.operand, level);
      // `-1` would be one number.
      return /^[\d-]/.test(operand) ? `-(${operand})` : `-${operand}`;
    }
    case 'logical':
    case 'arithmetic':
      return `${printExpression(expression.left, level)} ${expression.operator} ${printExpression(expression.right, level + 1)}`;
    case 'comparison':
    case 'membership':
      return `${printExpression(expression.left, level + 1)} ${expression.operator} ${printExpression(expression.right, level + 1)}`;
    case 'concatenation':
      return expression.parts.map((part) => printExpression(part, level + 1)).join(' ~ ');
    case 'conditional': {
      const [then, test] = [expression.then, expression.test].map((each) => printExpression(each, level + 1));
      return `${then} if ${test} else ${printExpression(expression.otherwise, level)}`;
    }
    case 'list':
      return `[${expression.items.map((item) => printExpression(item)).join(', ')}]`;
    case 'object': {
      const entries = expression.entries.map(({ key, value }) => `${JSON.stringify(key)}: ${printExpression(value)}`);
      return `{${entries.join(', ')}}`;
    }
    case 'filter': {
      const args = expression.args.map((argument) => printExpression(argument)).join(', ');
      return `${printExpression(expression.subject, level)} | ${expression.name}${args === '' ? '' : `(${args})`}`;
    }
  }
}

function writtenKey(key: string | number): string {
  return typeof key === 'string' && plainKey.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
