import type { Expression, FilterName, PathExpression } from '../../../workflow/expressions/syntax.ts';
import { typeOfFilter, type ExpressionType } from '../../../workflow/expressions/types.ts';
import { typesOf, type JsonSchema, type JsonTypeName } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import type { Expr } from '../syntax/tree.ts';
import { guarded, type Guard } from './guards.ts';
import { asJson, presentCode, readPath, type PathScope } from './paths.ts';

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

const boolean: JsonSchema = { type: 'boolean' };

/** Compiles an expression to plain Python: item access, literals, comparisons, and the listed filters. */
export function compileExpression(expression: Expression, scope: PathScope): Compiled {
  switch (expression.kind) {
    case 'literal':
      return { ...certain(py.literal(expression.value)), schema: { const: expression.value } };
    case 'path':
      return compilePath(expression, scope);
    case 'not': {
      const operand = compileExpression(expression.operand, scope);
      return combined([operand], boolean, ([value = operand.code]) => negated(value));
    }
    case 'logical': {
      const operands = [expression.left, expression.right].map((each) => compileExpression(each, scope));
      const decided = decidedBefore(expression.operator, operands);
      if (decided !== undefined) return decided;
      const join = expression.operator === 'and' ? py.and : py.or;
      const made = combined(operands, boolean, (values) =>
        join(...values.map((value, index) => truth(value, operands[index]?.schema))),
      );
      // The right side is not always looked at, so what it needs is not always needed.
      return { ...made, guards: made.guards?.length === 0 ? made.guards : undefined };
    }
    case 'comparison': {
      const operands = [expression.left, expression.right].map((each) => compileExpression(each, scope));
      return compileComparison(expression.operator, operands);
    }
    case 'filter':
      return compileFilter(expression, scope);
  }
}

/** Python for an expression of which only the truth counts, as in an `if`. */
export function compileTest(expression: Expression, scope: PathScope): Expr {
  if (expression.kind === 'not') return negated(compileTest(expression.operand, scope));
  if (expression.kind !== 'logical') return compileExpression(expression, scope).code;
  const join = expression.operator === 'and' ? py.and : py.or;
  return join(compileTest(expression.left, scope), compileTest(expression.right, scope));
}

/** Python for the truth of an expression, as a boolean. */
export function compileTruth(expression: Expression, scope: PathScope): Expr {
  const { code, schema } = compileExpression(expression, scope);
  return truth(code, schema);
}

/** The outcome of an `and` or `or` where a literal says it, or leaves it to the other side. */
function decidedBefore(operator: 'and' | 'or', operands: readonly Compiled[]): Compiled | undefined {
  const [left, right] = operands;
  if (left === undefined || right === undefined) throw new Error('An operator has two sides');
  const asTruth = (operand: Compiled): Compiled =>
    combined([operand], boolean, ([value = operand.code]) => truth(value, operand.schema));
  const outcome = operator === 'or';
  const [first, second] = [literalTruth(left), literalTruth(right)];
  const always: Compiled = { ...certain(py.literal(outcome)), schema: { const: outcome } };
  if (first === outcome || (second === outcome && !mayRaise(left))) return always;
  if (first !== undefined) return asTruth(right);
  return second === !outcome ? asTruth(left) : undefined;
}

function literalTruth({ code }: Compiled): boolean | undefined {
  return code.kind === 'literal' ? Boolean(code.value) : undefined;
}

function certain(code: Expr): Omit<Compiled, 'schema'> {
  return { code, bare: code, guards: [], mayFail: false, isOptional: false, certain: true };
}

function compilePath(path: PathExpression, scope: PathScope): Compiled {
  const read = readPath(path, scope);
  return {
    code: presentCode(path, read, scope),
    bare: asJson(read.bare, read.schema, scope),
    guards: read.guards,
    schema: read.schema,
    certain: read.certain,
    mayFail: false,
    isOptional: isAnswerText(path),
  };
}

/** The text of an answer, for which Python's type leaves room for None in any case: it is that of every model's answer. */
function isAnswerText({ root, segments }: PathExpression): boolean {
  const [, , member, ...rest] = segments;
  return root === 'nodes' && member?.key === 'content' && rest.length === 0;
}

/** An operation on values that are worked out one after the other. */
function combined(
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
function mayRaise({ guards, mayFail }: Compiled): boolean {
  return mayFail || guards?.length !== 0;
}

/** `not not x` says no more than `bool(x)`. */
function negated(value: Expr): Expr {
  return value.kind === 'not' ? py.call(py.name('bool'), value.operand) : py.not(value);
}

/** True when a value of the schema is surely of one of the types. */
export function isOnly(schema: JsonSchema, ...types: readonly JsonTypeName[]): boolean {
  const found = typesOf(schema);
  return found.length > 0 && found.every((type) => types.includes(type));
}

/** Code that is true or false as the value counts in `and`, `or`, `not` and conditions. Python counts the same. */
function truth(code: Expr, schema: JsonSchema = {}): Expr {
  return isOnly(schema, 'boolean') ? code : py.call(py.name('bool'), code);
}

function helper<const S extends string>(name: Constant<S>, ...args: readonly Expr[]): Expr {
  return py.call(py.imported('app.runtime.expressions', name), ...args);
}

type Operator = Extract<Expression, { kind: 'comparison' }>['operator'];

function compileComparison(operator: Operator, operands: readonly Compiled[]): Compiled {
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

function areOnly(operands: readonly Compiled[], ...types: readonly JsonTypeName[]): boolean {
  return operands.every(({ schema, isOptional }) => isOnly(schema, ...types) && !isOptional);
}

/**
 * Python's `==` takes True for 1; JSON's values never convert. Where the types are known to keep clear of that, plain
 * Python is enough.
 */
function equality(left: Compiled, isNegated: boolean, right: Compiled): Expr {
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

type Filter = Extract<Expression, { kind: 'filter' }>;

function compileFilter(given: Filter, scope: PathScope): Compiled {
  const expression = fromTheRight(given);
  const operands = [expression.subject, ...expression.args].map((each) => compileExpression(each, scope));
  const { schema } = typeOfFilter(expression.name, operands);
  return expression.name === 'default'
    ? compileDefault(expression, operands, schema, scope)
    : filtered(expression.name, operands, schema);
}

/** `a | default(b) | default(c)` is `a | default(b | default(c))`, of which less may be missing. */
function fromTheRight(expression: Filter): Filter {
  const { name, subject, args } = expression;
  if (name !== 'default' || subject.kind !== 'filter' || subject.name !== 'default') return expression;
  const rest = subject.args.map((arg): Filter => ({ ...expression, subject: arg, args }));
  return fromTheRight({ ...subject, args: rest });
}

/** `subject | default(other)`: the other value stands in when something on the way to the subject is missing. */
function compileDefault(
  expression: Filter,
  [subject, other]: readonly Compiled[],
  schema: JsonSchema,
  scope: PathScope,
): Compiled {
  if (subject === undefined || other === undefined) throw new Error('check lets no default without its value through');
  const { guards } = subject;
  if (guards?.length === 0) return subject;
  const known = {
    schema,
    certain: subject.certain || other.certain,
    guards: other.guards?.length === 0 ? other.guards : undefined,
    mayFail: subject.mayFail || other.mayFail,
    isOptional: subject.isOptional || other.isOptional,
  };
  const as = (code: Expr): Compiled => ({ ...known, code, bare: code });
  if (guards !== undefined) {
    const stand = { code: other.code, mayRaise: mayRaise(other) };
    return as(guarded(guards, subject.bare, stand, isOnly(subject.schema, 'boolean')));
  }
  const found = mayRaise(other) ? undefined : gotten(expression.subject, other.code, scope);
  if (found !== undefined) return as(found);
  const [first, second] = [expression.subject, ...expression.args].map((each, index) =>
    // Compiled once where both are the same: twice at each level of defaults in defaults would be 2^n times.
    scope.isLoose ? [subject, other][index]?.code : compileExpression(each, scope.loose()).code,
  );
  if (first === undefined || second === undefined) throw new Error('A default has two sides');
  return as(helper('first_present', py.lambda(first), py.lambda(second)));
}

/** A path of which nothing is known but where it starts, or the other value. */
function gotten(subject: Expression, other: Expr, scope: PathScope): Expr | undefined {
  if (subject.kind !== 'path') return undefined;
  const { root, keys, rootMayRaise, noneWhenMissing } = readPath(subject, scope);
  if (rootMayRaise || noneWhenMissing) return undefined;
  const path = keys.map((key) => py.literal(key));
  return subject.root === 'env' ? py.call(py.attribute(root, 'get'), ...path, other) : helperGet(root, path, other);
}

function helperGet(root: Expr, path: readonly Expr[], other: Expr): Expr {
  return py.call(py.imported('app.runtime.expressions', 'get'), root, ...path, py.keyword('default', other));
}

/** What is written for a filter, and whether it may raise although its values are there. */
interface Written {
  readonly make: (values: readonly Expr[]) => Expr;
  readonly mayFail?: boolean;
  /** The item that the value has to have so that nothing is missing. */
  readonly item?: number;
}

function filtered(name: Exclude<FilterName, 'default'>, operands: readonly Compiled[], schema: JsonSchema): Compiled {
  const [subject] = operands;
  if (subject === undefined) throw new Error('A filter has a subject');
  if (name === 'string' && isOnly(subject.schema, 'string')) return subject;
  const { make, mayFail = false, item } = plainFilter(name, operands) ?? helperFilter(name);
  const made = combined(operands, schema, make, mayFail);
  if (item !== undefined) {
    const guard: Guard = { kind: 'item', list: subject.bare, index: item };
    return { ...made, certain: false, guards: made.guards && [...made.guards, guard] };
  }
  // They raise for something empty as if it were missing.
  return name === 'first' || name === 'last' ? { ...made, certain: false, guards: undefined } : made;
}

/** Where the types are known, Python's own operation; undefined where it could mean something else. */
function plainFilter(name: Exclude<FilterName, 'default'>, operands: readonly Compiled[]): Written | undefined {
  const [subject, argument] = operands;
  if (subject === undefined || subject.isOptional) return undefined;
  const is = (...types: readonly JsonTypeName[]): boolean => isOnly(subject.schema, ...types);
  const method = <const S extends string>(member: Constant<S>): Written | undefined =>
    is('string') ? { make: ([text = subject.code]) => py.call(py.attribute(text, member)) } : undefined;
  const builtin = <const S extends string>(builtinName: Constant<S>): Written => ({
    make: (values) => py.call(py.name(builtinName), ...values),
  });
  const itself: Written = { make: ([value = subject.code]) => value };
  switch (name) {
    case 'upper':
      return method('upper');
    case 'lower':
      return method('lower');
    case 'trim':
      return method('strip');
    case 'length':
      return is('string', 'array', 'object') ? builtin('len') : undefined;
    case 'first':
      return is('array', 'string') ? { make: ([list = subject.code]) => py.subscript(list, 0), item: 0 } : undefined;
    case 'last':
      return is('array', 'string') ? { make: ([list = subject.code]) => py.subscript(list, -1), item: -1 } : undefined;
    case 'join':
      return joinedTexts(subject, argument);
    case 'round':
      if (is('integer') && isPlaces(argument)) return itself;
      return is('number') && isPlaces(argument) ? builtin('round') : undefined;
    case 'int':
      return is('integer') ? itself : is('number', 'boolean') ? builtin('int') : undefined;
    case 'float':
      return is('number') ? (subject.code.kind === 'literal' ? itself : builtin('float')) : undefined;
    case 'string':
      return is('integer') ? builtin('str') : undefined;
    case 'json':
      return undefined;
  }
}

/** Decimal places of a number that has some, or none that are asked for. */
function isPlaces(argument: Compiled | undefined): boolean {
  return argument === undefined || (argument.code.kind === 'literal' && Number(argument.code.value) > 0);
}

function joinedTexts(subject: Compiled, argument: Compiled | undefined): Written | undefined {
  const { items } = subject.schema;
  const isText = items !== undefined && isOnly(items, 'string') && isOnly(subject.schema, 'array');
  if (!isText || (argument !== undefined && !areOnly([argument], 'string'))) return undefined;
  return {
    make: ([list = subject.code, separator = py.literal(', ')]) => py.call(py.attribute(separator, 'join'), list),
  };
}

/** What works for values of any type, and raises for those that the filter does not take. */
const helpers = {
  json: 'to_json',
  string: 'as_text',
  upper: 'upper',
  lower: 'lower',
  trim: 'trim',
  length: 'length',
  first: 'first',
  last: 'last',
  join: 'join',
  round: 'round_number',
  int: 'to_int',
  float: 'to_float',
} as const;

function helperFilter(name: Exclude<FilterName, 'default'>): Written {
  return { make: (values) => helper(helpers[name], ...values), mayFail: name !== 'json' && name !== 'string' };
}
