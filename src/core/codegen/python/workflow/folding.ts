import { evaluate } from '../../../workflow/expressions/evaluate.ts';
import type { Expression } from '../../../workflow/expressions/syntax.ts';
import { typeOfExpression, typeOfLiteral, type TypeScope } from '../../../workflow/expressions/types.ts';
import { isList, isRecord, MissingValue, ValueError, type Value } from '../../../workflow/expressions/values.ts';
import { isConstant } from '../../../workflow/expressions/walk.ts';
import type { Json } from '../../../workflow/json.ts';
import * as py from '../syntax/build.ts';
import { certain, type Compiled } from './compiled.ts';
import { isSeparate } from './listFilters.ts';

const foldable: readonly Expression['kind'][] = [
  'arithmetic',
  'negative',
  'concatenation',
  'conditional',
  'membership',
  'list',
  'object',
];

/** The literal that an expression comes to that reads nothing; undefined where only Python can tell. */
export function folded(expression: Expression, types: TypeScope): Compiled | undefined {
  const isFoldable = expression.kind === 'filter' ? isSeparate(expression.name) : foldable.includes(expression.kind);
  if (!isFoldable || !isConstant(expression)) return undefined;
  const value = valueOf(expression);
  if (value === undefined || !isJson(value)) return undefined;
  const isScalar = typeof value !== 'object' || value === null;
  const schema = isScalar ? typeOfLiteral(value) : typeOfExpression(expression, types).schema;
  return { ...certain(py.literal(value)), schema };
}

function valueOf(expression: Expression): Value | undefined {
  try {
    return evaluate(expression, () => undefined);
  } catch (error) {
    if (error instanceof ValueError || error instanceof MissingValue) return undefined;
    throw error;
  }
}

/** Whether it is known, and no whole number that Python holds as a float. */
function isJson(value: Value): value is Json {
  if (isList(value)) return value.every(isJson);
  if (isRecord(value)) return Object.values(value).every(isJson);
  return typeof value !== 'object' || value === null;
}
