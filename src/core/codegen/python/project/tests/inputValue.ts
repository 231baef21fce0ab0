import type { Json } from '../../../../workflow/json.ts';
import { itemsOf, mayBeNull, meaningOf, memberOf, typesOf, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { fileOf } from '../../../../workflow/nodes/requestBody.ts';
import { floatOf, Unknown, withLeftOut, type Value } from '../../../../workflow/expressions/values.ts';

/** How a field without a value is seen: null by what reads it alone, not at all where the object is passed on whole. */
export type LeftOut = 'null' | 'absent';

/**
 * An input as expressions see it once the service has validated it: defaults are filled in, numbers are floats where the
 * schema says so.
 */
export function validated(json: Json, given: JsonSchema, leftOut: LeftOut): Value {
  const schema = meaningOf(given);
  // A file that is passed on is what a function gets of it, or what JSON has of it.
  if (leftOut === 'absent' && fileOf(schema) !== undefined) return new Unknown(false);
  if (typeof json === 'number') {
    const isFloat =
      schema.anyOf === undefined && typesOf(schema).includes('number') && !typesOf(schema).includes('integer');
    return isFloat ? floatOf(json) : json;
  }
  if (Array.isArray(json)) return json.map((item: Json) => validated(item, itemsOf(schema) ?? {}, leftOut));
  if (typeof json !== 'object' || json === null) return json;
  const members = json as { readonly [key: string]: Json };
  const properties = Object.entries(schema.properties ?? {});
  const declared = properties.flatMap(([key, property]): [string, Value][] => {
    if (Object.hasOwn(members, key)) return [[key, validated(members[key] as Json, property, leftOut)]];
    const { default: fallback } = meaningOf(property);
    if (fallback === undefined || (fallback === null && leftOut === 'absent')) return [];
    return [[key, validated(fallback, property, leftOut)]];
  });
  const names = new Set(properties.map(([key]) => key));
  const others = Object.entries(members)
    .filter(([key]) => !names.has(key))
    .map(([key, value]): [string, Value] => {
      const member = memberOf(schema, key);
      return [key, validated(value, member === undefined || member === 'unknown' ? {} : member.schema, leftOut)];
    });
  const sent = Object.fromEntries([...declared, ...others]);
  if (leftOut === 'absent') return sent;
  const missing = properties.flatMap(([key, property]) =>
    Object.hasOwn(sent, key) || !mayBeNull(property) ? [] : [key],
  );
  return missing.length === 0 ? sent : withLeftOut(sent, missing);
}
