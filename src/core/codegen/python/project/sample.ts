import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import type { Json } from '../../../workflow/json.ts';
import { textOfPattern } from './patternText.ts';

const greeting = 'Hello! What can you do for me?';

/**
 * A value that fits a schema, as an example of it: its first example, default or choice, or the simplest that fits.
 * @param text what a text says of which nothing more is known; inside an object, `named` texts are the names of their keys
 */
export function sampleOf(schema: JsonSchema, text = greeting, named = false): Json {
  if (schema.const !== undefined) return schema.const;
  const given = [...(schema.examples ?? []), schema.default, ...(schema.enum ?? [])].find(
    (value) => value !== undefined,
  );
  if (given !== undefined) return given;
  const [option] = schema.anyOf ?? [];
  if (option !== undefined) return sampleOf(option, text, named);
  const [type] = typesOf(schema);
  switch (type) {
    case 'string':
      return sampleText(schema, text);
    case 'integer':
      return sampleNumber(schema, 1);
    case 'number':
      return sampleNumber(schema, 0.5);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, 1) }, () =>
        sampleOf(schema.items ?? { type: 'string' }, text, named),
      );
    case 'object':
      return sampleObject(schema, named);
    default:
      return null;
  }
}

/** An object with the required properties only. */
export function sampleObject(schema: JsonSchema, named = false): { readonly [key: string]: Json } {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => required.has(key));
  return Object.fromEntries(
    properties.map(([key, property]) => [key, sampleOf(property, named ? key : greeting, named)]),
  );
}

function sampleText(schema: JsonSchema, text: string): string {
  const matching = schema.pattern === undefined ? undefined : textOfSchema(schema, schema.pattern);
  if (matching !== undefined) return matching;
  const most = schema.maxLength ?? text.length;
  return text.slice(0, most).padEnd(schema.minLength ?? 0, '!');
}

function textOfSchema({ minLength, maxLength }: JsonSchema, pattern: string): string | undefined {
  return textOfPattern(pattern, minLength ?? 0, maxLength ?? Number.POSITIVE_INFINITY);
}

/** Whether there is a sample at all: none of a pattern that is too clever to be read backwards, and has no example. */
export function hasSample(schema: JsonSchema): boolean {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => required.has(key));
  const inner = [...properties.map(([, property]) => property), schema.items].filter((each) => each !== undefined);
  const isGiven = schema.examples !== undefined || schema.default !== undefined || schema.enum !== undefined;
  const isMade = schema.pattern === undefined || textOfSchema(schema, schema.pattern) !== undefined;
  return (isGiven || isMade) && inner.every(hasSample);
}

function sampleNumber(schema: JsonSchema, start: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = multipleOf ?? start;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  const wanted = Math.min(Math.max(step, low ?? step), high ?? Number.POSITIVE_INFINITY);
  return multipleOf === undefined ? wanted : Math.ceil(wanted / multipleOf) * multipleOf;
}
