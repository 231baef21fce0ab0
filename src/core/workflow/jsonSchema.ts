import type { Json } from './json.ts';

export const jsonTypeNames = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
export type JsonTypeName = (typeof jsonTypeNames)[number];

/** Where `linkSchema` leaves what a schema means that refers to others. No text of a file can be this key. */
export const meaning: unique symbol = Symbol('meaning');

/** Where `linkSchema` leaves the schema that `$ref` leads to. */
export const target: unique symbol = Symbol('target');

/** Where `linkSchema` leaves the name of the definition that a meaning comes from. */
export const definition: unique symbol = Symbol('definition');

/**
 * JSON Schema 2020-12 as Catalyst understands it, for inputs, function parameters and answers alike. Other words of the file
 * are kept beside these: they go to the model as they are, and say nothing here.
 * Source: https://json-schema.org/draft/2020-12/json-schema-validation
 */
export interface JsonSchema {
  [meaning]?: JsonSchema;
  [target]?: JsonSchema;
  [definition]?: string;
  $ref?: string | undefined;
  $defs?: Record<string, JsonSchema> | undefined;
  definitions?: Record<string, JsonSchema> | undefined;
  type?: JsonTypeName | JsonTypeName[] | undefined;
  title?: string | undefined;
  description?: string | undefined;
  default?: Json | undefined;
  examples?: Json[] | undefined;
  enum?: Json[] | undefined;
  const?: Json | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  patternProperties?: Record<string, JsonSchema> | undefined;
  additionalProperties?: boolean | JsonSchema | undefined;
  propertyNames?: JsonSchema | undefined;
  required?: string[] | undefined;
  dependentRequired?: Record<string, string[]> | undefined;
  dependentSchemas?: Record<string, JsonSchema> | undefined;
  minProperties?: number | undefined;
  maxProperties?: number | undefined;
  prefixItems?: JsonSchema[] | undefined;
  items?: JsonSchema | undefined;
  contains?: JsonSchema | undefined;
  minContains?: number | undefined;
  maxContains?: number | undefined;
  minItems?: number | undefined;
  maxItems?: number | undefined;
  uniqueItems?: boolean | undefined;
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
  oneOf?: JsonSchema[] | undefined;
  allOf?: JsonSchema[] | undefined;
  not?: JsonSchema | undefined;
  if?: JsonSchema | undefined;
  then?: JsonSchema | undefined;
  else?: JsonSchema | undefined;
}

/** Words that hold one schema, schemas in a list, and schemas by name. */
export const schemaWords = {
  one: ['additionalProperties', 'propertyNames', 'items', 'contains', 'not', 'if', 'then', 'else'],
  list: ['prefixItems', 'anyOf', 'oneOf', 'allOf'],
  named: ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'],
} as const;

/** The schemas that stand directly inside a schema, each with the keys that lead to it. */
export function* schemasInside(
  schema: JsonSchema,
): Generator<readonly [inner: JsonSchema, word: string, ...at: (string | number)[]]> {
  for (const word of schemaWords.named)
    for (const [name, inner] of Object.entries(schema[word] ?? {})) yield [inner, word, name];
  for (const word of schemaWords.list)
    for (const [index, inner] of (schema[word] ?? []).entries()) yield [inner, word, index];
  for (const word of schemaWords.one) {
    const inner = schema[word];
    if (typeof inner === 'object') yield [inner, word];
  }
}

/**
 * The schema with what it refers to written into it: no `$ref` and no `allOf`, and alternatives in `anyOf` only. It says
 * nothing that might not hold, but may say less: not every rule of several schemas can be one. For the same schema it is
 * the same object, also where a definition refers to itself.
 */
export function meaningOf(schema: JsonSchema): JsonSchema {
  return schema[meaning] ?? schema;
}

/** A schema that says nothing about its value. */
export const unknownSchema: JsonSchema = {};

/** The types a schema allows; empty when it does not say. */
export function typesOf(given: JsonSchema): readonly JsonTypeName[] {
  const schema = meaningOf(given);
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
 * @param defaultsFill whether what may be left out and has a default is there all the same
 */
export function memberOf(given: JsonSchema, key: string | number, defaultsFill = true): Member | 'unknown' | undefined {
  const schema = meaningOf(given);
  const types = typesOf(schema);
  const nullable = types.includes('null');
  const others = types.filter((type) => type !== 'null');
  if (schema.anyOf !== undefined) {
    const options = schema.anyOf
      .map((option) => memberOf(option, key, defaultsFill))
      .filter((member) => member !== undefined);
    if (options.length === 0) return undefined;
    const known = options.filter((member) => member !== 'unknown');
    if (known.length < options.length) return 'unknown';
    const certain = known.length === schema.anyOf.length && known.every((member) => member.certain);
    return { schema: anyOfSchemas(known.map((member) => member.schema)), certain };
  }
  if (others.length === 0) return nullable ? undefined : 'unknown';
  if (typeof key === 'number') {
    if (!others.includes('array')) return undefined;
    return { schema: schema.prefixItems?.[key] ?? schema.items ?? unknownSchema, certain: false };
  }
  if (!others.includes('object')) return undefined;
  const property =
    schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
  if (property !== undefined) {
    const isFilled = defaultsFill && meaningOf(property).default !== undefined;
    const present = (schema.required?.includes(key) ?? false) || isFilled;
    return { schema: property, certain: present && !nullable && others.length === 1 };
  }
  if (schema.additionalProperties === false) return undefined;
  if (typeof schema.additionalProperties === 'object') return { schema: schema.additionalProperties, certain: false };
  return schema.properties === undefined || schema.additionalProperties === true ? 'unknown' : undefined;
}

/** Whether null fits a schema, as far as its types say. */
export function mayBeNull(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  return types.length === 0 || types.includes('null');
}

/** The same of values that are not null. */
export function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (anyOf === undefined || Object.keys(rest).length > 0) return schema;
  return anyOfSchemas(anyOf.filter((option) => typesOf(option).join() !== 'null').map(withoutNull));
}

/** What every item of a list fits; undefined when the schema does not say. */
export function itemsOf(schema: JsonSchema): JsonSchema | undefined {
  const { prefixItems, items, maxItems = Number.POSITIVE_INFINITY } = meaningOf(schema);
  if (prefixItems === undefined) return items;
  const areAll = isNothing(items) || maxItems <= prefixItems.length;
  return anyOfSchemas([...prefixItems, ...(areAll ? [] : [items ?? unknownSchema])]);
}

/** Whether it is what `false` says. */
function isNothing(schema: JsonSchema | undefined): boolean {
  return schema?.not !== undefined && Object.keys(schema.not).length === 0;
}

/** Texts that tell schemas apart: what a reference says depends on where it stands, so it counts as what it leads to. */
export class SchemaTexts {
  readonly #numbers = new Map<JsonSchema, number>();

  of(schema: JsonSchema): string {
    return JSON.stringify(schema, (_key, value: JsonSchema | null) => {
      const means = typeof value === 'object' ? value?.[meaning] : undefined;
      if (means === undefined) return value;
      const number = this.#numbers.get(means) ?? this.#numbers.size;
      this.#numbers.set(means, number);
      return { meaning: number };
    });
  }
}

/** A schema for a value that fits one of several. */
export function anyOfSchemas(schemas: readonly JsonSchema[]): JsonSchema {
  const texts = new SchemaTexts();
  const distinct = [...new Map(schemas.map((schema) => [texts.of(schema), schema])).values()];
  const [only] = distinct;
  if (only === undefined || distinct.some((schema) => Object.keys(schema).length === 0)) return unknownSchema;
  return distinct.length === 1 ? only : { anyOf: distinct };
}
