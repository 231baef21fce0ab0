import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Keyword } from '../syntax/tree.ts';

const ofNumbers = {
  minimum: 'ge',
  maximum: 'le',
  exclusiveMinimum: 'gt',
  exclusiveMaximum: 'lt',
  multipleOf: 'multiple_of',
} as const;

/** The keywords of Pydantic's `Field` by the words of JSON Schema. Source: https://docs.pydantic.dev/latest/concepts/fields/ */
const keywords = {
  string: { minLength: 'min_length', maxLength: 'max_length', pattern: 'pattern' },
  array: { minItems: 'min_length', maxItems: 'max_length' },
  integer: ofNumbers,
  number: ofNumbers,
} as const;

/** Words that limit single values and lists. */
export const limits = [
  'minLength',
  'minItems',
  'maxLength',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'pattern',
] as const;
type Limit = (typeof limits)[number];
type FieldKeyword = 'min_length' | 'max_length' | 'pattern' | (typeof ofNumbers)[keyof typeof ofNumbers];

/** What a field's value has to be beyond its type: of values of one type, or null. Values that are listed need no more. */
export function constraints(schema: JsonSchema): readonly Keyword[] {
  const known = keywordsOf(schema);
  return limits.flatMap((limit) => {
    const [name, value] = [known[limit], schema[limit]];
    return name === undefined || value === undefined ? [] : [py.keyword(name, py.literal(value))];
  });
}

/** Whether the schema limits values in a way that `constraints` does not say. */
export function hasOtherLimits(schema: JsonSchema): boolean {
  const known = keywordsOf(schema);
  return limits.some((limit) => schema[limit] !== undefined && known[limit] === undefined);
}

function keywordsOf(schema: JsonSchema): Partial<Record<Limit, FieldKeyword>> {
  if ([schema.anyOf, schema.enum, schema.const].some((word) => word !== undefined)) return {};
  const [type, ...others] = typesOf(schema).filter((each) => each !== 'null');
  if (type === undefined || others.length > 0 || type === 'boolean' || type === 'object') return {};
  return keywords[type];
}
