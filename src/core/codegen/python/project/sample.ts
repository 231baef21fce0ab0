import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import type { Json } from '../../../workflow/json.ts';

/** A value that fits a schema, as an example of it: its first example, default or choice, or the simplest that fits. */
export function sampleOf(schema: JsonSchema): Json {
  if (schema.const !== undefined) return schema.const;
  const given = [...(schema.examples ?? []), schema.default, ...(schema.enum ?? [])].find(
    (value) => value !== undefined,
  );
  if (given !== undefined) return given;
  const [option] = schema.anyOf ?? [];
  if (option !== undefined) return sampleOf(option);
  const [type] = typesOf(schema);
  switch (type) {
    case 'string':
      return sampleText(schema);
    case 'integer':
      return sampleNumber(schema, 1);
    case 'number':
      return sampleNumber(schema, 0.5);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, 1) }, () =>
        sampleOf(schema.items ?? { type: 'string' }),
      );
    case 'object':
      return sampleObject(schema);
    default:
      return null;
  }
}

/** An object with the required properties only. */
export function sampleObject(schema: JsonSchema): { readonly [key: string]: Json } {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => required.has(key));
  return Object.fromEntries(properties.map(([key, property]) => [key, sampleOf(property)]));
}

function sampleText(schema: JsonSchema): string {
  const text = 'Hello! What can you do for me?';
  const most = schema.maxLength ?? text.length;
  return text.slice(0, most).padEnd(schema.minLength ?? 0, '!');
}

function sampleNumber(schema: JsonSchema, start: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = multipleOf ?? start;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  const wanted = Math.min(Math.max(step, low ?? step), high ?? Number.POSITIVE_INFINITY);
  return multipleOf === undefined ? wanted : Math.ceil(wanted / multipleOf) * multipleOf;
}
