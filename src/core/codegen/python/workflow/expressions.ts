import type { Expression, FilterName } from '../../../workflow/expressions/syntax.ts';
import { typeOfExpression } from '../../../workflow/expressions/types.ts';
import { typesOf, type JsonSchema, type JsonTypeName } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import type { Expr } from '../syntax/tree.ts';
import { asJson, compilePath, readPath, type PathScope } from './paths.ts';

/** Python for an expression, with what is known of its value. */
export interface Compiled {
  readonly code: Expr;
  readonly schema: JsonSchema;
  /** Evaluating it may raise because something is missing. */
  readonly mayRaise: boolean;
  /** Python's type of it has None also where the schema has no null. */
  readonly isOptional: boolean;
}

/** Compiles an expression to plain Python: item access, literals, comparisons, and the listed filters. */
export function compileExpression(expression: Expression, scope: PathScope): Compiled {
  const { schema } = typeOfExpression(expression, scope.types);
  return { ...lower(expression, scope), schema, isOptional: isAnswerText(expression) };
}

/** The text of an answer, for which Python's type leaves room for None in any case: it is that of every model's answer. */
function isAnswerText(expression: Expression): boolean {
  if (expression.kind === 'filter') {
    const passesOn = expression.name === 'default' || expression.name === 'string';
    return passesOn && [expression.subject, ...expression.args].some(isAnswerText);
  }
  if (expression.kind !== 'path' || expression.root !== 'nodes') return false;
  const [, , member, ...rest] = expression.segments;
  return member?.key === 'content' && rest.length === 0;
}

type Lowered = Omit<Compiled, 'schema' | 'isOptional'>;

function lower(expression: Expression, scope: PathScope): Lowered {
  switch (expression.kind) {
    case 'literal':
      return { code: py.literal(expression.value), mayRaise: false };
    case 'path':
      return compilePath(expression, scope);
    case 'not': {
      const operand = compileExpression(expression.operand, scope);
      // `not not x` says no more than `bool(x)`.
      if (operand.code.kind === 'not')
        return { code: py.call(py.name('bool'), operand.code.operand), mayRaise: operand.mayRaise };
      return { code: py.not(operand.code), mayRaise: operand.mayRaise };
    }
    case 'logical': {
      const left = compileExpression(expression.left, scope);
      const right = compileExpression(expression.right, scope);
      const join = expression.operator === 'and' ? py.and : py.or;
      return { code: join(truth(left), truth(right)), mayRaise: left.mayRaise || right.mayRaise };
    }
    case 'comparison': {
      const left = compileExpression(expression.left, scope);
      const right = compileExpression(expression.right, scope);
      if (expression.operator === '==' || expression.operator === '!=') {
        const mayRaise = left.mayRaise || right.mayRaise;
        return { code: equality(left, expression.operator === '!=', right), mayRaise };
      }
      return { code: ordering(left, expression.operator, right), mayRaise: true };
    }
    case 'filter':
      return expression.name === 'default'
        ? compileDefault(expression, scope)
        : compileFilter(
            expression.name,
            [expression.subject, ...expression.args].map((each) => compileExpression(each, scope)),
          );
  }
}

/** True when a value of the schema is surely of one of the types. */
export function isOnly(schema: JsonSchema, ...types: readonly JsonTypeName[]): boolean {
  const found = typesOf(schema);
  return found.length > 0 && found.every((type) => types.includes(type));
}

/** Code that is true or false as the value counts in `and`, `or`, `not` and conditions. Python counts the same. */
function truth(compiled: Compiled): Expr {
  return isOnly(compiled.schema, 'boolean') ? compiled.code : py.call(py.name('bool'), compiled.code);
}

function helper<const S extends string>(name: Constant<S>, ...args: readonly Expr[]): Expr {
  return py.call(py.imported('app.runtime.expressions', name), ...args);
}

/**
 * Python's `==` takes True for 1; JSON's values never convert. Where the types are known to keep clear of that, plain
 * Python is enough.
 */
function equality(left: Compiled, negated: boolean, right: Compiled): Expr {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const value = one.code.kind === 'literal' ? one.code.value : undefined;
    if (value === null || typeof value === 'boolean')
      return py.compare(other.code, negated ? 'is not' : 'is', one.code);
  }
  const numbers = [left, right].every(({ schema }) => isOnly(schema, 'integer', 'number'));
  const text = [left, right].some(({ schema }) => isOnly(schema, 'string', 'null'));
  if (numbers || text) return py.compare(left.code, negated ? '!=' : '==', right.code);
  const equal = helper('equal', left.code, right.code);
  return negated ? py.not(equal) : equal;
}

function ordering(left: Compiled, operator: '<' | '<=' | '>' | '>=', right: Compiled): Expr {
  const both = (...types: readonly JsonTypeName[]): boolean =>
    [left, right].every(({ schema, isOptional }) => isOnly(schema, ...types) && !isOptional);
  if (both('integer', 'number') || both('string')) return py.compare(left.code, operator, right.code);
  switch (operator) {
    case '<':
      return helper('less', left.code, right.code);
    case '<=':
      return helper('less_equal', left.code, right.code);
    case '>':
      return helper('less', right.code, left.code);
    case '>=':
      return helper('less_equal', right.code, left.code);
  }
}

type DefaultFilter = Extract<Expression, { kind: 'filter' }>;

/** `subject | default(other)`: the other value stands in when something on the way to the subject is missing. */
function compileDefault(expression: DefaultFilter, scope: PathScope): Lowered {
  const [given] = expression.args;
  if (given === undefined) throw new Error('check lets no default without its value through');
  const other = compileExpression(given, scope);
  if (expression.subject.kind === 'path') {
    const read = readPath(expression.subject, scope);
    const value = asJson(read.code, read.schema, scope);
    if (!read.mayRaise && !read.noneWhenMissing) return { code: value, mayRaise: false };
    if (!read.mayRaise && read.orElse !== undefined && !other.mayRaise)
      return { code: read.orElse(other.code), mayRaise: false };
    if (!read.mayRaise && read.orElse === undefined) {
      const code = py.conditional(py.compare(read.code, 'is not', py.literal(null)), value, other.code);
      return { code, mayRaise: other.mayRaise };
    }
    if (read.ran !== undefined && read.certainOnceRan) {
      return { code: py.conditional(read.ran, read.code, other.code), mayRaise: other.mayRaise };
    }
    if (!other.mayRaise && !read.rootMayRaise && (!read.noneWhenMissing || read.orElse !== undefined)) {
      const keys = read.keys.map((key) => py.literal(key));
      const code =
        expression.subject.root === 'env'
          ? py.call(py.attribute(read.root, 'get'), ...keys, other.code)
          : py.call(
              py.imported('app.runtime.expressions', 'get'),
              read.root,
              ...keys,
              py.keyword('default', other.code),
            );
      return { code, mayRaise: false };
    }
  }
  const subject = compileExpression(expression.subject, scope.loose());
  // Compiled once where both are the same: twice at each level of defaults in defaults would be 2^n times.
  const otherLoose = scope.isLoose ? other : compileExpression(given, scope.loose());
  return {
    code: helper('first_present', py.lambda(subject.code), py.lambda(otherLoose.code)),
    mayRaise: other.mayRaise,
  };
}

function compileFilter(name: Exclude<FilterName, 'default'>, values: readonly Compiled[]): Lowered {
  const [subject] = values;
  if (subject === undefined) throw new Error('A filter has a subject');
  const args = values.map(({ code }) => code);
  const mayRaise = values.some((value) => value.mayRaise);
  const isText = isOnly(subject.schema, 'string');
  const hasMethods = isText && !subject.isOptional;
  const method = <const S extends string>(member: Constant<S>): Lowered => ({
    code: py.call(py.attribute(subject.code, member)),
    mayRaise,
  });
  switch (name) {
    case 'upper':
      return hasMethods ? method('upper') : { code: helper('upper', ...args), mayRaise: true };
    case 'lower':
      return hasMethods ? method('lower') : { code: helper('lower', ...args), mayRaise: true };
    case 'trim':
      return hasMethods ? method('strip') : { code: helper('trim', ...args), mayRaise: true };
    case 'length':
      return isOnly(subject.schema, 'string', 'array', 'object') && !subject.isOptional
        ? { code: py.call(py.name('len'), subject.code), mayRaise }
        : { code: helper('length', ...args), mayRaise: true };
    case 'json':
      return { code: helper('to_json', ...args), mayRaise };
    case 'first':
      return { code: helper('first', ...args), mayRaise: true };
    case 'last':
      return { code: helper('last', ...args), mayRaise: true };
    case 'join':
      return { code: helper('join', ...args), mayRaise: true };
    case 'round':
      return { code: helper('round_number', ...args), mayRaise: true };
    case 'int':
      return { code: helper('to_int', ...args), mayRaise: true };
    case 'float':
      return { code: helper('to_float', ...args), mayRaise: true };
    case 'string':
      return isText ? subject : { code: helper('as_text', ...args), mayRaise };
  }
}
