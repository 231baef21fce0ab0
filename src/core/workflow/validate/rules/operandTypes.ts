import type { Reporter } from '../../diagnostics/report.ts';
import { typeWords } from '../../diagnostics/words.ts';
import { filters, type ArgumentKind } from '../../expressions/filters.ts';
import type { Expression } from '../../expressions/syntax.ts';
import { typeOfExpression, type TypeScope } from '../../expressions/types.ts';
import { operandsOf, partsIn } from '../../expressions/walk.ts';
import type { JsonPath } from '../../json.ts';
import { meaningOf, typesOf, type JsonSchema, type JsonTypeName } from '../../jsonSchema.ts';
import { suggest } from '../../suggest.ts';
import type { NodeRule } from '../context.ts';
import { replacePart } from '../fixes.ts';
import { scopeOf } from '../expressionContext.ts';

/** Operators and filters that fail whatever the values are. */
export const operandTypes: NodeRule = (context, reporter) => {
  for (const { node, path: place, template } of context.templates) {
    const scope = scopeOf(context, node);
    for (const { part } of partsIn(template)) {
      if (part.kind === 'comparison') checkComparison(reporter, part, scope, place);
      if (part.kind === 'membership') checkMembership(reporter, part, scope, place);
      if (part.kind === 'arithmetic' || part.kind === 'negative') checkArithmetic(reporter, part, scope, place);
      if (part.kind === 'each') checkLoop(reporter, part, scope, place);
      if (part.kind === 'filter') checkFilter(reporter, part, scope, place);
    }
  }
};

function checkLoop(
  reporter: Reporter,
  { variable, list }: Extract<Expression, { kind: 'each' }>,
  scope: TypeScope,
  place: JsonPath,
): void {
  const types = typesOf(typeOfExpression(list, scope).schema);
  if (types.length > 0 && !types.includes('array'))
    reporter.report('loop-over-no-list', { variable, found: typeWords(types) }, { path: place, at: list.span });
}

type Comparison = Extract<Expression, { kind: 'comparison' }>;

function checkComparison(reporter: Reporter, part: Comparison, scope: TypeScope, place: JsonPath): void {
  const [left, right] = [kindsOf(part.left, scope), kindsOf(part.right, scope)];
  const ordering = part.operator !== '==' && part.operator !== '!=';
  const orderable = (kinds: readonly Kind[]): readonly Kind[] =>
    ordering ? kinds.filter((kind) => kind === 'number' || kind === 'string') : kinds;
  // A side whose type is not known may be anything, but for an order the other side must still be a number or a text.
  const possible =
    left.length === 0 || right.length === 0
      ? [left, right].every((kinds) => kinds.length === 0 || orderable(kinds).length > 0)
      : orderable(left).some((kind) => right.includes(kind));
  if (possible) {
    if (!ordering) checkValues(reporter, part, scope, place);
    return;
  }
  reporter.report(
    'impossible-comparison',
    { operator: part.operator, left: typeWords(left), right: typeWords(right), ordering },
    { path: place, at: part.span },
  );
}

/** Values of which none is on both sides: nothing decides by such a comparison. */
function checkValues(reporter: Reporter, part: Comparison, scope: TypeScope, place: JsonPath): void {
  const sides = [part.left, part.right].map((side) => knownValues(typeOfExpression(side, scope).schema));
  const [left, right] = sides;
  if (left === undefined || right === undefined || left.some((value) => right.includes(value))) return;
  const literal = [left, right].find((values) => values.length === 1)?.[0];
  const known = left.length === 1 ? right : left;
  const suggestion = typeof literal === 'string' ? suggest(literal, known.filter(isText)) : undefined;
  const written = (values: readonly Scalar[]): readonly string[] => values.map((value) => JSON.stringify(value));
  const params = { operator: part.operator, left: written(left), right: written(right) };
  reporter.report('unequal-values', params, { path: place, at: part.span }, { suggestion });
}

type Scalar = string | number | boolean | null;

function isText(value: Scalar): value is string {
  return typeof value === 'string';
}

/** The values that a schema lists, when it lists all and they are no lists or objects. */
function knownValues(given: JsonSchema): readonly Scalar[] | undefined {
  const schema = meaningOf(given);
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) {
    const scalars = values.filter((value) => value === null || typeof value !== 'object');
    return scalars.length === values.length ? scalars : undefined;
  }
  const options = schema.anyOf?.map(knownValues) ?? [undefined];
  return options.includes(undefined) ? undefined : options.flatMap((option) => option ?? []);
}

function checkMembership(
  reporter: Reporter,
  part: Extract<Expression, { kind: 'membership' }>,
  scope: TypeScope,
  place: JsonPath,
): void {
  const [value, container] = [kindsOf(part.left, scope), kindsOf(part.right, scope)];
  const mayBeText = value.length === 0 || value.includes('string');
  const holders: readonly Kind[] = mayBeText ? ['array', 'string', 'object'] : ['array'];
  if (container.length === 0 || container.some((kind) => holders.includes(kind))) return;
  const params = { operator: part.operator, value: typeWords(value), container: typeWords(container) };
  reporter.report('impossible-membership', params, { path: place, at: part.span });
}

function checkArithmetic(
  reporter: Reporter,
  part: Extract<Expression, { kind: 'arithmetic' | 'negative' }>,
  scope: TypeScope,
  place: JsonPath,
): void {
  const kinds = operandsOf(part).map((operand) => kindsOf(operand, scope));
  if (kinds.every((each) => each.length === 0 || each.includes('number'))) return;
  const hasText = kinds.some((each) => each.join() === 'string');
  const operator = part.kind === 'negative' ? '-' : part.operator;
  const isJoin = part.kind === 'arithmetic' && operator === '+' && hasText;
  const fixes = isJoin ? [replacePart(reporter, place, part.operatorSpan, '~')] : [];
  reporter.report(
    'impossible-arithmetic',
    { operator, operands: kinds.map(typeWords), isText: hasText },
    { path: place, at: part.span },
    { fixes },
  );
}

function checkFilter(
  reporter: Reporter,
  part: Extract<Expression, { kind: 'filter' }>,
  scope: TypeScope,
  place: JsonPath,
): void {
  checkArguments(reporter, part, scope, place);
  const { takes } = filters[part.name];
  const found = typesOf(typeOfExpression(part.subject, scope).schema);
  const fits =
    takes.length === 0 ||
    found.length === 0 ||
    found.some((type) => takes.includes(type) || (type === 'number' && takes.includes('integer')));
  if (!fits) {
    const at = part.subject.span;
    reporter.report(
      'impossible-filter',
      { filter: part.name, takes: typeWords(takes.map(kindOf)), found: typeWords(found.map(kindOf)) },
      { path: place, at },
    );
  }
}

const argumentTypes: { readonly [kind in ArgumentKind]?: JsonTypeName } = {
  text: 'string',
  whole: 'integer',
  object: 'object',
};

function checkArguments(
  reporter: Reporter,
  { name, args }: Extract<Expression, { kind: 'filter' }>,
  scope: TypeScope,
  place: JsonPath,
): void {
  const { wants = [] } = filters[name];
  for (const [index, argument] of args.entries()) {
    const wanted = argumentTypes[wants[index] ?? 'any'];
    const found = typesOf(typeOfExpression(argument, scope).schema);
    const fits = wanted === undefined || found.length === 0 || found.includes(wanted);
    // A number may turn out whole.
    if (fits || (wanted === 'integer' && found.includes('number') && argument.kind !== 'literal')) continue;
    reporter.report(
      'impossible-filter',
      { filter: `${name}(…)`, takes: typeWords([wanted]), found: typeWords(found) },
      { path: place, at: argument.span },
    );
  }
}

/** In comparisons whole numbers are numbers like any others. */
type Kind = Exclude<JsonTypeName, 'integer'>;

function kindOf(type: JsonTypeName): Kind {
  return type === 'integer' ? 'number' : type;
}

function kindsOf(expression: Expression, scope: TypeScope): readonly Kind[] {
  return [...new Set(typesOf(typeOfExpression(expression, scope).schema).map(kindOf))];
}
