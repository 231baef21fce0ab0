import { functions } from '../../../workflow/expressions/functions.ts';
import { printExpression } from '../../../workflow/expressions/print.ts';
import { scopeWhere } from '../../../workflow/expressions/shown.ts';
import type { Expression, PathExpression } from '../../../workflow/expressions/syntax.ts';
import { either, listOf, objectOf, typeOfFilter, typeOfLiteral } from '../../../workflow/expressions/types.ts';
import type { JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { compileArithmetic, compileNegative } from './arithmetic.ts';
import { compileComparison, compileMembership, equality } from './comparisons.ts';
import {
  boolean,
  certain,
  combined,
  helper,
  isOnly,
  literalTruth,
  mayRaise,
  negated,
  partly,
  truth,
  type Compiled,
} from './compiled.ts';
import { compileLoop } from './loops.ts';
import { compileFilter } from './filters.ts';
import { compileSeparate, isSeparate } from './listFilters.ts';
import { folded } from './folding.ts';
import { guarded, isNoneWithout } from './guards.ts';
import { textOfParts } from './textParts.ts';
import { asJson, presentCode, rawCode, readItems, readPath, scopeAlong, type PathScope } from './paths.ts';

/** Compiles an expression to plain Python: item access, literals, operators, and the listed filters. */
export function compileExpression(expression: Expression, scope: PathScope): Compiled {
  return folded(expression, scope.types) ?? compileParts(expression, scope);
}

function compileParts(expression: Expression, scope: PathScope): Compiled {
  const compiled = (part: Expression): Compiled => compileExpression(part, scope);
  switch (expression.kind) {
    case 'literal':
      return { ...certain(py.literal(expression.value)), schema: typeOfLiteral(expression.value) };
    case 'path':
      return compilePath(expression, scope);
    case 'call':
      return {
        ...certain(py.call(py.attribute(scope.ambient, expression.name))),
        schema: functions[expression.name].gives,
      };
    case 'each':
      return compileLoop(
        scope.local(expression.variable),
        itemsOf(expression.list, scope),
        joinedParts(expression.body).map(compiled),
      );
    case 'not': {
      const operand = compileExpression(expression.operand, scope);
      return combined([operand], boolean, ([value = operand.code]) => negated(value));
    }
    case 'logical': {
      const { operator, left, right } = expression;
      const operands = [compiled(left), compileExpression(right, where(left, operator === 'and', scope))];
      const decided = decidedBefore(expression.operator, operands);
      if (decided !== undefined) return decided;
      const join = expression.operator === 'and' ? py.and : py.or;
      return partly(
        combined(operands, boolean, (values) =>
          join(...values.map((value, index) => truth(value, operands[index]?.schema))),
        ),
      );
    }
    case 'comparison':
      return compileComparison(expression.operator, [expression.left, expression.right].map(compiled));
    case 'membership':
      return marked(
        compileMembership(expression.operator, [expression.left, expression.right].map(compiled)),
        expression,
        scope,
      );
    case 'arithmetic':
      return compileArithmetic(expression, [expression.left, expression.right].map(compiled), scope);
    case 'negative':
      return compileNegative(expression, compiled(expression.operand), scope);
    case 'concatenation': {
      const parts = joinedParts(expression).map(compiled);
      return combined(parts, { type: 'string' }, (values) =>
        textOfParts(parts.map((part, index) => ({ ...part, code: values[index] ?? part.code }))),
      );
    }
    case 'conditional':
      return compileConditional([
        compiled(expression.test),
        compileExpression(expression.then, where(expression.test, true, scope)),
        compileExpression(expression.otherwise, where(expression.test, false, scope)),
      ]);
    case 'list': {
      const items = expression.items.map(compiled);
      return combined(items, listOf(items.map(({ schema }) => schema)), py.list);
    }
    case 'object': {
      const values = expression.entries.map(({ value }) => compiled(value));
      const keys = expression.entries.map(({ key }) => key);
      const schema = objectOf(new Map(values.map((value, index) => [keys[index] ?? '', value.schema])));
      return combined(values, schema, (codes) =>
        py.dict(codes.map((code, index) => py.entry(keys[index] ?? '', code))),
      );
    }
    case 'filter':
      return filtered(expression, scope);
  }
}

/** The list that a loop goes through; models in it stay what they are. */
function itemsOf(list: Expression, scope: PathScope): Compiled {
  if (list.kind !== 'path') return compileExpression(list, scope);
  return { ...readItems(list, scope), mayFail: false, isOptional: false };
}

/** A value that need not become JSON, as nothing but its length counts. */
function asHeld(path: PathExpression, value: Compiled, scope: PathScope): Compiled {
  return { ...value, code: rawCode(path, scope), bare: readPath(path, scope).bare };
}

/** Python for an expression of which only the truth counts, as in an `if`. */
export function compileTest(expression: Expression, scope: PathScope): Expr {
  if (expression.kind === 'not') return negated(compileTest(expression.operand, scope));
  if (expression.kind !== 'logical')
    return testedDefault(expression, scope) ?? compileExpression(expression, scope).code;
  const join = expression.operator === 'and' ? py.and : py.or;
  const second = where(expression.left, expression.operator === 'and', scope);
  return join(compileTest(expression.left, scope), compileTest(expression.right, second));
}

/** A value whose default counts as false, as None does that it is without it. */
function testedDefault(expression: Expression, scope: PathScope): Expr | undefined {
  if (expression.kind !== 'filter' || expression.name !== 'default') return undefined;
  const [stand] = expression.args;
  if (stand?.kind !== 'literal' || stand.value) return undefined;
  const { guards, bare } = compileExpression(expression.subject, scope);
  const [only, ...others] = guards ?? [];
  return only !== undefined && others.length === 0 && isNoneWithout(only, bare) ? bare : undefined;
}

/** What is seen where a test holds, or where it does not. */
function where(test: Expression, holds: boolean, scope: PathScope): PathScope {
  const types = scopeWhere(test, holds, scope.types);
  return types === scope.types ? scope : { ...scope, types };
}

/** Python for the truth of an expression, as a boolean. */
export function compileTruth(expression: Expression, scope: PathScope): Expr {
  const { code, schema } = compileExpression(expression, scope);
  return truth(code, schema);
}

/** Python for whether the value of an expression, worked out already where `code` is given, equals a constant. */
export function compileEquality(
  expression: Expression,
  code: Expr | undefined,
  constant: string | number | boolean | null,
  scope: PathScope,
): Expr {
  const value = compileExpression(expression, scope);
  const left = code === undefined ? value : { ...value, code, bare: code };
  return equality(left, false, { ...certain(py.literal(constant)), schema: typeOfLiteral(constant) });
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

function compilePath(path: PathExpression, given: PathScope): Compiled {
  const scope = scopeAlong(path, given);
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

/** `a if test else b`, or the one of the two that a literal decides for. */
function compileConditional([test, then, otherwise]: readonly Compiled[]): Compiled {
  if (test === undefined || then === undefined || otherwise === undefined) throw new Error('A choice has three parts');
  const decided = literalTruth(test);
  if (decided !== undefined) return decided ? then : otherwise;
  const made = combined([test, then, otherwise], either(then.schema, otherwise.schema), (values) =>
    chosen(values, test),
  );
  return { ...partly(made), isOptional: then.isOptional || otherwise.isOptional };
}

function chosen([test, then, otherwise]: readonly Expr[], { schema }: Compiled): Expr {
  if (test === undefined || then === undefined || otherwise === undefined) throw new Error('A choice has three parts');
  if (then.kind === 'literal' && otherwise.kind === 'literal' && then.value !== otherwise.value) {
    if (then.value === true && otherwise.value === false) return truth(test, schema);
    if (then.value === false && otherwise.value === true) return py.not(test);
  }
  return test.kind === 'not' ? py.conditional(test.operand, otherwise, then) : py.conditional(test, then, otherwise);
}

/** The parts of joined texts, those of joined texts among them in their place. */
export function joinedParts(expression: Expression): readonly Expression[] {
  return expression.kind === 'concatenation' ? expression.parts.flatMap(joinedParts) : [expression];
}

type Filter = Extract<Expression, { kind: 'filter' }>;

function filtered(given: Filter, scope: PathScope): Compiled {
  const expression = fromTheRight(given);
  const { name } = expression;
  const subject = compileExpression(expression.subject, scope);
  if (name === 'url_encode' && isWrittenNumber(expression.subject, scope)) return subject;
  const isCounted = name === 'length' && expression.subject.kind === 'path' && isOnly(subject.schema, 'array');
  const operands = [
    isCounted ? asHeld(expression.subject, subject, scope) : subject,
    ...expression.args.map((each) => compileExpression(each, scope)),
  ];
  const type = typeOfFilter(name, operands);
  if (name === 'default') return compileDefault(expression, operands, type.schema, scope);
  if (name === 'contains') return marked(compileMembership('in', operands.toReversed()), expression, scope);
  if (isSeparate(name)) return marked(compileSeparate(name, operands, type), expression, scope);
  return compileFilter(name, operands, type.schema);
}

/** Whether a text is a whole number, in which nothing has to be encoded. */
function isWrittenNumber(text: Expression, scope: PathScope): boolean {
  return (
    text.kind === 'filter' && text.name === 'string' && isOnly(compileExpression(text.subject, scope).schema, 'integer')
  );
}

/** What may fail is known by its expression. */
function marked(made: Compiled, expression: Expression, scope: PathScope): Compiled {
  if (!mayRaise(made)) return made;
  const text = printExpression(expression);
  return { ...made, code: scope.mark(made.code, text), bare: scope.mark(made.bare, text) };
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
  const { root, keys, rootMayRaise, noneWhenMissing } = readPath(subject, scopeAlong(subject, scope));
  if (rootMayRaise || noneWhenMissing) return undefined;
  const path = keys.map((key) => py.literal(key));
  return subject.root === 'env' ? py.call(py.attribute(root, 'get'), ...path, other) : helperGet(root, path, other);
}

function helperGet(root: Expr, path: readonly Expr[], other: Expr): Expr {
  return py.call(py.imported('app.runtime.expressions', 'get'), root, ...path, py.keyword('default', other));
}
