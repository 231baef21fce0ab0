import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import type { Json } from '../../../workflow/json.ts';
import { textOfPattern } from './patternText.ts';

/** A sample that a test can hold is no larger: values and, for long texts, pieces of them. */
const mostSampleSize = 2000;
const pieceLength = 64;

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
      return Array.from({ length: isTooLarge(schema) ? 1 : Math.max(schema.minItems ?? 0, 1) }, () =>
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
  return text.slice(0, most).padEnd(isTooLarge(schema) ? 0 : (schema.minLength ?? 0), '!');
}

function textOfSchema(schema: JsonSchema, pattern: string): string | undefined {
  if (isTooLarge(schema)) return undefined;
  const { minLength, maxLength } = schema;
  return textOfPattern(pattern, minLength ?? 0, maxLength ?? Number.POSITIVE_INFINITY);
}

/** Why there is no sample that fits, in words for whoever is to give one; undefined where there is. */
export function whyNoSample(schema: JsonSchema): string | undefined {
  if (isTooLarge(schema)) return 'more items or characters than a test should hold';
  return patternsAreRead(schema) ? undefined : 'a pattern';
}

function isTooLarge(schema: JsonSchema): boolean {
  return sizeOf(schema) > mostSampleSize;
}

/** How much the simplest value of a schema holds. */
function sizeOf(schema: JsonSchema): number {
  if (isGiven(schema)) return 1;
  const [option] = schema.anyOf ?? [];
  if (option !== undefined) return sizeOf(option);
  switch (typesOf(schema)[0]) {
    case 'string':
      return 1 + (schema.minLength ?? 0) / pieceLength;
    case 'array':
      return 1 + Math.max(schema.minItems ?? 0, 1) * sizeOf(schema.items ?? { type: 'string' });
    case 'object':
      return requiredProperties(schema).reduce((size, property) => size + sizeOf(property), 1);
    default:
      return 1;
  }
}

function isGiven({ const: only, examples, default: fallback, enum: choices }: JsonSchema): boolean {
  return [only, examples?.[0], fallback, choices?.[0]].some((value) => value !== undefined);
}

function requiredProperties(schema: JsonSchema): readonly JsonSchema[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => (required.has(key) ? [property] : []));
}

/** False where a pattern is too clever to be read backwards, and has no example. */
function patternsAreRead(schema: JsonSchema): boolean {
  const inner = [...requiredProperties(schema), ...(schema.items === undefined ? [] : [schema.items])];
  const isRead = isGiven(schema) || schema.pattern === undefined || textOfSchema(schema, schema.pattern) !== undefined;
  return isRead && inner.every(patternsAreRead);
}

function sampleNumber(schema: JsonSchema, start: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const step = multipleOf ?? start;
  const low = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const high = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  const wanted = Math.min(Math.max(step, low ?? step), high ?? Number.POSITIVE_INFINITY);
  return multipleOf === undefined ? wanted : Math.ceil(wanted / multipleOf) * multipleOf;
}
