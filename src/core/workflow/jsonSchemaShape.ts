import * as z from 'zod';

import { formHints } from './formHints.ts';
import { jsonTypeNames, unknownSchema, type JsonSchema } from './jsonSchema.ts';
import { linkInput, linkSchema } from './schemaLinks.ts';

const count = z.int().min(0);
const typeName = z.enum(jsonTypeNames);

/** A schema inside another. `true` and `false` say the same as a schema of anything and one of nothing. */
const inner: z.ZodType<JsonSchema, JsonSchema | boolean> = z.lazy(() =>
  z.union([
    z.boolean().transform((allowed): JsonSchema => (allowed ? { ...unknownSchema } : { not: { ...unknownSchema } })),
    jsonSchemaSchema,
  ]),
);
const list = z.array(inner).min(1);
const named = z.record(z.string(), inner);

/** A schema as it is written. Words that are not listed are kept, and left to the rules of `check`. */
export const jsonSchemaSchema: z.ZodType<JsonSchema, JsonSchema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    $defs: named.optional(),
    definitions: named.optional(),
    type: z.union([typeName, z.array(typeName).min(1)]).optional(),
    title: z.string().optional(),
    description: z.string().optional(),
    default: z.json().optional(),
    examples: z.array(z.json()).optional(),
    enum: z.array(z.json()).min(1).optional(),
    const: z.json().optional(),
    properties: named.optional(),
    patternProperties: named.optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchemaSchema]).optional(),
    propertyNames: inner.optional(),
    dependentRequired: z.record(z.string(), z.array(z.string())).optional(),
    dependentSchemas: named.optional(),
    minProperties: count.optional(),
    maxProperties: count.optional(),
    prefixItems: list.optional(),
    items: inner.optional(),
    contains: inner.optional(),
    minContains: count.optional(),
    maxContains: count.optional(),
    minItems: count.optional(),
    maxItems: count.optional(),
    uniqueItems: z.boolean().optional(),
    minLength: count.optional(),
    maxLength: count.optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    multipleOf: z.number().positive().optional(),
    anyOf: list.optional(),
    oneOf: list.optional(),
    allOf: list.optional(),
    not: inner.optional(),
    if: inner.optional(),
    // Whoever reads a config awaits nothing, so that a schema with `then` is no promise.
    then: inner.optional(),
    else: inner.optional(),
  }),
) as z.ZodType<JsonSchema, JsonSchema>;

/** A whole schema, whose references lead into it. */
export const wholeSchema: z.ZodType<JsonSchema, JsonSchema> = jsonSchemaSchema
  .transform((schema) => linkSchema(schema))
  .register(formHints, { editor: 'jsonSchema' });

/** The schema of an input, which is an object whatever its alternatives are. */
export const inputSchema: z.ZodType<JsonSchema, JsonSchema> = jsonSchemaSchema
  .transform((schema) => linkInput(schema))
  .register(formHints, { editor: 'jsonSchema' });
