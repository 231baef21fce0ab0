import { typeWords } from './diagnostics/words.ts';
import type { Json } from './json.ts';
import { typesOf, type JsonSchema, type JsonTypeName } from './jsonSchema.ts';

/**
 * Why a value does not fit a schema, in a few words; undefined when it does.
 * `pattern` and `format` are left to the service, whose regular expressions differ from ours.
 */
export function misfit(value: Json, schema: JsonSchema): string | undefined {
  const types = typesOf({ type: schema.type });
  if (types.length > 0 && !types.some((type) => isOfType(value, type))) return `it is not ${typeWords(types)}`;
  if (schema.const !== undefined && !isEqual(schema.const, value)) return 'it differs from `const`';
  if (schema.enum !== undefined && !schema.enum.some((allowed) => isEqual(allowed, value)))
    return 'it is not one of `enum`';
  if (schema.anyOf !== undefined && schema.anyOf.every((option) => misfit(value, option) !== undefined))
    return 'it fits no part of `anyOf`';
  if (typeof value === 'number') return numberMisfit(value, schema);
  // JSON Schema counts characters, not UTF-16 code units.
  if (typeof value === 'string')
    return countMisfit([...value].length, schema.minLength, schema.maxLength, 'characters');
  if (Array.isArray(value)) return arrayMisfit(value as readonly Json[], schema);
  return typeof value === 'object' && value !== null
    ? objectMisfit(value as Readonly<Record<string, Json>>, schema)
    : undefined;
}

function isOfType(value: Json, type: JsonTypeName): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}

function numberMisfit(value: number, schema: JsonSchema): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && value < minimum) return `it is less than ${minimum}`;
  if (maximum !== undefined && value > maximum) return `it is more than ${maximum}`;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return `it is not more than ${exclusiveMinimum}`;
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return `it is not less than ${exclusiveMaximum}`;
  // 0.3 / 0.1 is not quite 3.
  const steps = multipleOf === undefined ? 0 : value / multipleOf;
  return Math.abs(steps - Math.round(steps)) > 1e-9 * Math.max(1, Math.abs(steps))
    ? `it is no multiple of ${multipleOf}`
    : undefined;
}

function countMisfit(
  count: number,
  least: number | undefined,
  most: number | undefined,
  noun: string,
): string | undefined {
  if (least !== undefined && count < least) return `it has ${count} ${noun}, fewer than ${least}`;
  return most !== undefined && count > most ? `it has ${count} ${noun}, more than ${most}` : undefined;
}

function arrayMisfit(items: readonly Json[], schema: JsonSchema): string | undefined {
  const problem = countMisfit(items.length, schema.minItems, schema.maxItems, 'items');
  if (problem !== undefined || schema.items === undefined) return problem;
  for (const [index, item] of items.entries()) {
    const inside = misfit(item, schema.items);
    if (inside !== undefined) return `item ${index + 1}: ${inside}`;
  }
  return undefined;
}

function objectMisfit(value: Readonly<Record<string, Json>>, schema: JsonSchema): string | undefined {
  const absent = schema.required?.find((name) => !Object.hasOwn(value, name));
  if (absent !== undefined) return `it lacks \`${absent}\``;
  for (const [name, member] of Object.entries(value)) {
    const declared =
      schema.properties !== undefined && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    const rule = declared ?? schema.additionalProperties;
    if (rule === false) return `it must not have \`${name}\``;
    const inside = typeof rule === 'object' ? misfit(member, rule) : undefined;
    if (inside !== undefined) return `\`${name}\`: ${inside}`;
  }
  return undefined;
}

function isEqual(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, Json>>];
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && isEqual(value, right[key] as Json))
  );
}
