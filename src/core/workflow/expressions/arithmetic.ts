import type { ArithmeticOperator } from './syntax.ts';
import { floatOf, isWrittenAsFloat, numberIn, Unknown, ValueError, WholeFloat, type Value } from './values.ts';

/**
 * What an operator makes of two numbers, as Python does: whole numbers stay whole, of any size; `/` gives a float, and so
 * does whatever a float is part of; `//` rounds down, and `%` has the sign of the divisor.
 * @throws ValueError for anything but numbers, and for a division by zero.
 */
export function calculated(operator: ArithmeticOperator, left: Value, right: Value): Value {
  const [a, b] = [operand(left), operand(right)];
  if (a instanceof Unknown) return a;
  if (b instanceof Unknown) return b;
  if (b.value === 0 && (operator === '/' || operator === '//' || operator === '%'))
    throw new ValueError('Nothing can be divided by zero.');
  // Beyond that, JavaScript's numbers are not those that Python reckons with.
  if ([a, b].some(({ value, isFloat }) => !isFloat && !Number.isSafeInteger(value))) return new Unknown(false);
  if (!a.isFloat && !b.isFloat && operator !== '/') {
    const whole = Number(ofIntegers(operator, BigInt(a.value), BigInt(b.value)));
    return Number.isSafeInteger(whole) ? whole : new Unknown(false);
  }
  const result = ofFloats(operator, a.value, b.value);
  return Number.isFinite(result) ? floatOf(result) : new Unknown(false);
}

/** `-value`. @throws ValueError for anything but a number. */
export function negated(value: Value): Value {
  const number = operand(value);
  if (number instanceof Unknown) return number;
  return number.isFloat ? floatOf(-number.value) : 0 - number.value;
}

interface Operand {
  readonly value: number;
  readonly isFloat: boolean;
}

function operand(given: Value): Operand | Unknown {
  if (given instanceof Unknown) return given;
  const value = numberIn(given);
  if (value === undefined) throw new ValueError('Only numbers can be reckoned with.');
  return { value, isFloat: given instanceof WholeFloat || isWrittenAsFloat(value) };
}

function ofIntegers(operator: Exclude<ArithmeticOperator, '/'>, a: bigint, b: bigint): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
      return (a - flooredRest(a, b)) / b;
    case '%':
      return flooredRest(a, b);
  }
}

function flooredRest(a: bigint, b: bigint): bigint {
  const rest = a % b;
  return rest !== 0n && rest < 0n !== b < 0n ? rest + b : rest;
}

/** Source of `//` and `%`: CPython, Objects/floatobject.c, `_float_div_mod`. */
function ofFloats(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '//':
    case '%': {
      const rest = a % b;
      const isTurned = rest !== 0 && rest < 0 !== b < 0;
      if (operator === '%') return isTurned ? rest + b : rest === 0 ? zeroLike(b) : rest;
      const quotient = (a - rest) / b - (isTurned ? 1 : 0);
      if (quotient === 0) return zeroLike(a / b);
      const down = Math.floor(quotient);
      return quotient - down > 0.5 ? down + 1 : down;
    }
  }
}

function zeroLike(value: number): number {
  return value < 0 || Object.is(value, -0) ? -0 : 0;
}
