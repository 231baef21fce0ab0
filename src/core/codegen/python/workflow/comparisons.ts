import type { Expression, MembershipOperator } from '../../../workflow/expressions/syntax.ts';
import { itemsOf } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { areOnly, boolean, combined, helper, isOnly, negated, type Compiled } from './compiled.ts';

type Operator = Extract<Expression, { kind: 'comparison' }>['operator'];

/** Python for a comparison. */
export function compileComparison(operator: Operator, operands: readonly Compiled[]): Compiled {
  const isNot = operator === '!=';
  const isEquality = operator === '==' || isNot;
  const isTyped = areOnly(operands, 'integer', 'number') || areOnly(operands, 'string');
  return combined(
    operands,
    boolean,
    (values) => {
      const [left, right] = operands.map((operand, index) => ({ ...operand, code: values[index] ?? operand.code }));
      if (left === undefined || right === undefined) throw new Error('A comparison has two sides');
      const isTurned = left.code.kind === 'literal' && right.code.kind !== 'literal';
      if (isEquality) return isTurned ? equality(right, isNot, left) : equality(left, isNot, right);
      if (!isTyped) return ordering(left.code, operator, right.code);
      return isTurned
        ? py.compare(right.code, turned[operator], left.code)
        : py.compare(left.code, operator, right.code);
    },
    !isEquality && !isTyped,
  );
}

/** The same with the sides the other way round, as a literal is written on the right. */
const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/**
 * Python's `==` takes True for 1; JSON's values never convert. Where the types are known to keep clear of that, plain
 * Python is enough.
 */
export function equality(left: Compiled, isNegated: boolean, right: Compiled): Expr {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const value = one.code.kind === 'literal' ? one.code.value : undefined;
    if (typeof value === 'boolean' && isOnly(other.schema, 'boolean'))
      return value === isNegated ? negated(other.code) : other.code;
    if (value === null || typeof value === 'boolean')
      return py.compare(other.code, isNegated ? 'is not' : 'is', one.code);
  }
  const numbers = [left, right].every(({ schema }) => isOnly(schema, 'integer', 'number'));
  const text = [left, right].some(({ schema }) => isOnly(schema, 'string', 'null'));
  if (numbers || text) return py.compare(left.code, isNegated ? '!=' : '==', right.code);
  const equal = helper('equal', left.code, right.code);
  return isNegated ? py.not(equal) : equal;
}

/**
 * Python for `in` and `not in`. Its own operator takes True for 1, and a key for a part of a text.
 * @param operands the value, and what it may be in
 */
export function compileMembership(operator: MembershipOperator, operands: readonly Compiled[]): Compiled {
  const isPlain = isPlainMembership(operands);
  const make = ([value, container]: readonly Expr[]): Expr => {
    if (value === undefined || container === undefined) throw new Error('A membership has two sides');
    if (isPlain) return py.compare(value, operator, container);
    const found = py.call(py.attribute(py.imported('app.runtime', 'lists'), 'is_in'), value, container);
    return operator === 'in' ? found : py.not(found);
  };
  return combined(operands, boolean, make, !isPlain);
}

function isPlainMembership([value, container]: readonly Compiled[]): boolean {
  if (value === undefined || container === undefined || value.isOptional || container.isOptional) return false;
  if (isOnly(container.schema, 'string') || isOnly(container.schema, 'object')) return isOnly(value.schema, 'string');
  const items = itemsOf(container.schema);
  if (!isOnly(container.schema, 'array') || items === undefined) return false;
  return (
    isOnly(value.schema, 'string') ||
    isOnly(items, 'string') ||
    [value.schema, items].every((schema) => isOnly(schema, 'integer', 'number'))
  );
}

function ordering(left: Expr, operator: '<' | '<=' | '>' | '>=', right: Expr): Expr {
  switch (operator) {
    case '<':
      return helper('less', left, right);
    case '<=':
      return helper('less_equal', left, right);
    case '>':
      return helper('less', right, left);
    case '>=':
      return helper('less_equal', right, left);
  }
}
