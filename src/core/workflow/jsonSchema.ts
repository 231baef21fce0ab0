import * as z from 'zod';

import type { Json } from './json.ts';

export const jsonTypeNames = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
export type JsonTypeName = (typeof jsonTypeNames)[number];

/**
 * The subset of JSON Schema 2020-12 that Catalyst understands, for inputs, function parameters and outputs alike.
 * Source: https://json-schema.org/draft/2020-12/json-schema-validation
 */
export interface JsonSchema {
  type?: JsonTypeName | JsonTypeName[] | undefined;
  title?: string | undefined;
  description?: string | undefined;
  default?: Json | undefined;
  examples?: Json[] | undefined;
  enum?: Json[] | undefined;
  const?: Json | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | JsonSchema | undefined;
  items?: JsonSchema | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  pattern?: string | undefined;
  format?: string | undefined;
  minimum?: number | undefined;
  maximum?: number | undefined;
  exclusiveMinimum?: number | undefined;
  exclusiveMaximum?: number | undefined;
  multipleOf?: number | undefined;
  anyOf?: JsonSchema[] | undefined;
}

const count = z.int().min(0);
const typeName = z.enum(jsonTypeNames);

export const jsonSchemaSchema: z.ZodType<JsonSchema, JsonSchema> = z.lazy(() =>
  z.strictObject({
    type: z.union([typeName, z.array(typeName).min(1)]).optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    default: z.json().optional(),
    examples: z.array(z.json()).optional(),
    enum: z.array(z.json()).min(1).optional(),
    const: z.json().optional(),
    properties: z.record(z.string(), jsonSchemaSchema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchemaSchema]).optional(),
    items: jsonSchemaSchema.optional(),
    minItems: count.optional(),
    maxItems: count.optional(),
    minLength: count.optional(),
    maxLength: count.optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
    anyOf: z.array(jsonSchemaSchema).min(1).optional(),
  }),
);

/** A schema that says nothing about its value. */
export const unknownSchema: JsonSchema = {};

/** The types a schema allows; empty when it does not say. */
export function typesOf(schema: JsonSchema): readonly JsonTypeName[] {
  if (schema.type !== undefined) return Array.isArray(schema.type) ? schema.type : [schema.type];
  const values = schema.const !== undefined ? [schema.const] : schema.enum;
  if (values !== undefined) return [...new Set(values.map(typeOfValue))];
  if (schema.anyOf !== undefined) {
    const options = schema.anyOf.map(typesOf);
    return options.some((types) => types.length === 0) ? [] : [...new Set(options.flat())];
  }
  return [];
}

function typeOfValue(value: Json): JsonTypeName {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'string' | 'boolean';
}

export interface Member {
  readonly schema: JsonSchema;
  /** False when the value may be absent. */
  readonly certain: boolean;
}

/**
 * What lies at a key or index of a value that fits `schema`.
 * 'unknown' when the schema does not say; undefined when it can never be there.
 */
export function memberOf(schema: JsonSchema, key: string | number): Member | 'unknown' | undefined {
  const types = typesOf(schema);
  const nullable = types.includes('null');
  const others = types.filter((type) => type !== 'null');
  if (schema.anyOf !== undefined) {
    const options = schema.anyOf.map((option) => memberOf(option, key)).filter((member) => member !== undefined);
    if (options.length === 0) return undefined;
    const known = options.filter((member) => member !== 'unknown');
    if (known.length < options.length) return 'unknown';
    const certain = known.length === schema.anyOf.length && known.every((member) => member.certain);
    return { schema: anyOfSchemas(known.map((member) => member.schema)), certain };
  }
  if (others.length === 0) return nullable ? undefined : 'unknown';
  if (typeof key === 'number') {
    if (!others.includes('array')) return undefined;
    return { schema: schema.items ?? unknownSchema, certain: false };
  }
  if (!others.includes('object')) return undefined;
  const property =
    schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (property !== undefined) {
    const present = (schema.required?.includes(key) ?? false) || property.default !== undefined;
    return { schema: property, certain: present && !nullable && others.length === 1 };
  }
  if (schema.additionalProperties === false) return undefined;
  if (typeof schema.additionalProperties === 'object') return { schema: schema.additionalProperties, certain: false };
  return schema.properties === undefined || schema.additionalProperties === true ? 'unknown' : undefined;
}

/** A schema for a value that fits one of several. */
export function anyOfSchemas(schemas: readonly JsonSchema[]): JsonSchema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  const [only] = distinct;
  if (only === undefined || distinct.some((schema) => Object.keys(schema).length === 0)) return unknownSchema;
  return distinct.length === 1 ? only : { anyOf: distinct };
}
