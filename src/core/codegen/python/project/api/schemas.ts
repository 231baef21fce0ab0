import type { JsonSchema } from '../../../../workflow/jsonSchema.ts';

/* Schemas are built of these where no file of a user says them. */

export const text: JsonSchema = { type: 'string' };
export const count: JsonSchema = { type: 'integer', minimum: 0 };
export const anything: JsonSchema = {};

/** An object of these properties, all of which are there but those that are named. */
export function objectOf(properties: Readonly<Record<string, JsonSchema>>, ...optional: readonly string[]): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', ...(required.length === 0 ? {} : { required }), properties };
}

export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'null' }] };
}
