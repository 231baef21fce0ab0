import { itemsOf, meaningOf, memberOf, typesOf, unknownSchema, type JsonSchema } from '../jsonSchema.ts';
import type { FilterName } from './syntax.ts';
import type { ExpressionType } from './types.ts';

/** The type of what a filter for lists and objects gives; undefined for other filters. */
export function typeOfListFilter(
  name: FilterName,
  subject: ExpressionType,
  [argument]: readonly ExpressionType[],
): ExpressionType | undefined {
  const items = typesOf(subject.schema).join() === 'array' ? (itemsOf(subject.schema) ?? unknownSchema) : unknownSchema;
  const listOf = (schema: JsonSchema): JsonSchema =>
    schema === unknownSchema ? { type: 'array' } : { type: 'array', items: schema };
  const { maxItems } = meaningOf(subject.schema);
  /** A list of no more items than the one that is filtered. */
  const noLonger = (list: JsonSchema): JsonSchema => (maxItems === undefined ? list : { ...list, maxItems });
  const certain = (schema: JsonSchema): ExpressionType => ({ schema, certain: true });
  switch (name) {
    case 'pluck': {
      const member = memberAt(items, argument);
      return { schema: noLonger(listOf(member.schema)), certain: member.certain };
    }
    case 'sort_by':
      return { schema: noLonger(listOf(items)), certain: memberAt(items, argument).certain };
    case 'where':
    case 'unique':
      return certain(noLonger(listOf(items)));
    case 'reverse':
    case 'slice': {
      const types = typesOf(subject.schema).join();
      return certain(
        types === 'string' ? { type: 'string' } : types === 'array' ? noLonger(listOf(items)) : unknownSchema,
      );
    }
    case 'batch':
      return certain(listOf(listOf(items)));
    case 'flatten':
      return certain(listOf(typesOf(items).join() === 'array' ? (itemsOf(items) ?? unknownSchema) : unknownSchema));
    case 'sum':
      return certain({ type: typesOf(items).join() === 'integer' ? 'integer' : 'number' });
    case 'min':
    case 'max':
      return { schema: items, certain: false };
    case 'keys':
    case 'split':
      return certain({ type: 'array', items: { type: 'string' } });
    case 'values': {
      const { properties, patternProperties, additionalProperties } = meaningOf(subject.schema);
      const isMap = properties === undefined && patternProperties === undefined;
      return certain(listOf(isMap && typeof additionalProperties === 'object' ? additionalProperties : unknownSchema));
    }
    default:
      return undefined;
  }
}

/** What an item has under a key that stands there as a literal. */
export function memberAt(items: JsonSchema, key: ExpressionType | undefined): ExpressionType {
  const name = key?.schema.const;
  const member = typeof name === 'string' ? memberOf(items, name, false) : 'unknown';
  return member === undefined || member === 'unknown' ? { schema: unknownSchema, certain: false } : member;
}
