import { truthOf } from '../../../workflow/expressions/values.ts';
import type { ExpressionType } from '../../../workflow/expressions/types.ts';
import { typesOf, type JsonSchema, type JsonTypeName } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import type { Expr } from '../syntax/tree.ts';
import type { Guard } from './guards.ts';

/** Python for an expression, with what is known of its value. */
export interface Compiled extends ExpressionType {
  /** Raises where something is missing. */
  readonly code: Expr;
  /** The same where all guards hold. */
  readonly bare: Expr;
  /** What has to hold so that nothing is missing; undefined where that is not known before. */
  readonly guards: readonly Guard[] | undefined;
  /** `bare` may raise for another reason: a value of a type for which an operation is not defined. */
  readonly mayFail: boolean;
  /** Python's type of it has None also where the schema has no null. */
  readonly isOptional: boolean;
}

export const boolean: JsonSchema = { type: 'boolean' };

export function certain(code: Expr): Omit<Compiled, 'schema'> {
  return { code, bare: code, guards: [], mayFail: false, isOptional: false, certain: true };
}

/** An operation on values that are worked out one after the other. */
export function combined(
  operands: readonly Compiled[],
  schema: JsonSchema,
  make: (values: readonly Expr[]) => Expr,
  mayFail = false,
): Compiled {
  return {
    code: make(operands.map(({ code }) => code)),
    bare: make(operands.map(({ bare }) => bare)),
    guards: guardsOf(operands),
    mayFail: mayFail || operands.some((operand) => operand.mayFail),
    schema,
    certain: operands.every((operand) => operand.certain),
    isOptional: false,
  };
}

/** The same where not all of it is always looked at, so that what it needs is not always needed. */
export function partly(made: Compiled): Compiled {
  return { ...made, guards: made.guards?.length === 0 ? made.guards : undefined };
}

/** The guards of several values. One that may fail would do so before anything is missing in a later one. */
function guardsOf(operands: readonly Compiled[]): readonly Guard[] | undefined {
  const all: Guard[] = [];
  let mayHaveFailed = false;
  for (const { guards, mayFail } of operands) {
    if (guards === undefined || (mayHaveFailed && guards.length > 0)) return undefined;
    all.push(...guards);
    mayHaveFailed ||= mayFail;
  }
  return all;
}

/** Whether working it out may raise. */
export function mayRaise({ guards, mayFail }: Compiled): boolean {
  return mayFail || guards?.length !== 0;
}

/** `not not x` says no more than `bool(x)`. */
export function negated(value: Expr): Expr {
  return value.kind === 'not' ? py.call(py.name('bool'), value.operand) : py.not(value);
}

/** True when a value of the schema is surely of one of the types. */
export function isOnly(schema: JsonSchema, ...types: readonly JsonTypeName[]): boolean {
  const found = typesOf(schema);
  return found.length > 0 && found.every((type) => types.includes(type));
}

/** Code that is true or false as the value counts in `and`, `or`, `not` and conditions. Python counts the same. */
export function truth(code: Expr, schema: JsonSchema = {}): Expr {
  return isOnly(schema, 'boolean') ? code : py.call(py.name('bool'), code);
}

export function helper<const S extends string>(name: Constant<S>, ...args: readonly Expr[]): Expr {
  return py.call(py.imported('app.runtime.expressions', name), ...args);
}

/** The truth of a literal; undefined for anything else. */
export function literalTruth({ code }: Compiled): boolean | undefined {
  return code.kind === 'literal' ? truthOf(code.value) : undefined;
}

export function areOnly(operands: readonly Compiled[], ...types: readonly JsonTypeName[]): boolean {
  return operands.every(({ schema, isOptional }) => isOnly(schema, ...types) && !isOptional);
}
