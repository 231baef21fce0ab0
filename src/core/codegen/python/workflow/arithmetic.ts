import { printExpression } from '../../../workflow/expressions/print.ts';
import type { Expression } from '../../../workflow/expressions/syntax.ts';
import { typeOfNumber } from '../../../workflow/expressions/types.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { areOnly, combined, type Compiled } from './compiled.ts';
import type { PathScope } from './paths.ts';

const functions = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '//': 'floor_divide',
  '%': 'modulo',
} as const;

const module = py.imported('app.runtime', 'arithmetic');

/** Python's own operator where both sides surely are numbers. */
export function compileArithmetic(
  expression: Extract<Expression, { kind: 'arithmetic' }>,
  operands: readonly Compiled[],
  scope: PathScope,
): Compiled {
  const { operator } = expression;
  const isPlain = areOnly(operands, 'integer', 'number');
  const divides = operator === '/' || operator === '//' || operator === '%';
  const mayFail = !isPlain || (divides && !isNonzero(operands[1]));
  const make = ([left, right]: readonly Expr[]): Expr => {
    if (left === undefined || right === undefined) throw new Error('An operator has two sides');
    const code = isPlain
      ? py.arithmetic(left, operator, right)
      : py.call(py.attribute(module, functions[operator]), left, right);
    return mayFail ? scope.mark(code, printExpression(expression)) : code;
  };
  return combined(operands, typeOfNumber(operator, operands), make, mayFail);
}

function isNonzero(operand: Compiled | undefined): boolean {
  return operand?.code.kind === 'literal' && operand.code.value !== 0;
}

/** `-value` */
export function compileNegative(
  expression: Extract<Expression, { kind: 'negative' }>,
  operand: Compiled,
  scope: PathScope,
): Compiled {
  const isPlain = areOnly([operand], 'integer', 'number');
  const make = ([value = operand.code]: readonly Expr[]): Expr =>
    isPlain
      ? py.negative(value)
      : scope.mark(py.call(py.attribute(module, 'negate'), value), printExpression(expression));
  return combined([operand], typeOfNumber('-', [operand]), make, !isPlain);
}
