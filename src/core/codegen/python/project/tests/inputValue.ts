import type { Json } from '../../../../workflow/json.ts';
import { memberOf, typesOf, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { floatOf, isRecord, Unknown, type Value } from '../../../../workflow/expressions/values.ts';

/**
 * An input as expressions see it once the service has validated it: defaults are filled in, numbers are floats where the
 * schema says so.
 */
export function validated(json: Json, schema: JsonSchema): Value {
  if (typeof json === 'number') {
    const isFloat =
      schema.anyOf === undefined && typesOf(schema).includes('number') && !typesOf(schema).includes('integer');
    return isFloat ? floatOf(json) : json;
  }
  if (Array.isArray(json)) return json.map((item: Json) => validated(item, schema.items ?? {}));
  if (typeof json !== 'object' || json === null) return json;
  const given = json as { readonly [key: string]: Json };
  const properties = Object.entries(schema.properties ?? {});
  const declared = properties.flatMap(([key, property]): [string, Value][] => {
    if (Object.hasOwn(given, key)) return [[key, validated(given[key] as Json, property)]];
    if (property.default !== undefined) return [[key, validated(property.default, property)]];
    // A field that may be null cannot be told from one that was left out.
    return typesOf(property).includes('null') ? [[key, null]] : [];
  });
  const names = new Set(properties.map(([key]) => key));
  // Where nothing is said of further keys, Pydantic drops them from a model, and a plain dict keeps them.
  const keepsOthers = schema.properties === undefined || (schema.additionalProperties ?? false) !== false;
  const others = Object.entries(given)
    .filter(([key]) => !names.has(key) && keepsOthers)
    .map(([key, value]): [string, Value] => {
      const member = memberOf(schema, key);
      return [key, validated(value, member === undefined || member === 'unknown' ? {} : member.schema)];
    });
  return Object.fromEntries([...declared, ...others]);
}

/** A part of the input as it is passed on whole: of a model's fields those without a value are left out. */
export function passedOn(value: Value): Value {
  if (isRecord(value)) {
    const members = Object.values(value);
    if (members.some((member) => member === null)) return new Unknown(false);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, passedOn(member)]));
  }
  return Array.isArray(value) ? value.map((item: Value) => passedOn(item)) : value;
}
