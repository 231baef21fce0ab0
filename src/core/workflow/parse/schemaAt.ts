import * as z from 'zod';

import type { Json, JsonPath } from '../json.ts';

/** The schemas that a value at a path may fit: several where there is a choice. */
export function schemasAt(schema: z.core.$ZodType, path: JsonPath, root: Json): readonly z.ZodType[] {
  let schemas = [schema];
  let value: unknown = root;
  for (const key of path) {
    schemas = schemas.flatMap((candidate) => options(candidate, value)).flatMap((candidate) => childOf(candidate, key));
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined;
  }
  return schemas.flatMap((candidate) =>
    candidate instanceof z.ZodType ? [candidate, ...options(candidate, value)] : [],
  ) as z.ZodType[];
}

/** The keys that objects of these schemas may have. */
export function keysOf(schemas: readonly z.core.$ZodType[]): ReadonlySet<string> {
  // The option of a union that a value is stands beside the union.
  const objects = schemas
    .filter((schema) => !(schema instanceof z.ZodDiscriminatedUnion))
    .flatMap((schema) => options(schema, undefined))
    .filter((schema) => schema instanceof z.ZodObject);
  return new Set(objects.flatMap((schema) => Object.keys(schema.shape)));
}

function childOf(schema: z.core.$ZodType, key: string | number): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Record<string, z.core.$ZodType>;
    const child = Object.hasOwn(shape, key) ? shape[key] : undefined;
    return child === undefined ? [] : [child];
  }
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return [];
}

/** Takes off what is wrapped around a schema, and takes unions apart. */
function options(schema: z.core.$ZodType, value: unknown): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodDiscriminatedUnion) return optionsOf(schema, value);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => options(option, value));
  if (schema instanceof z.ZodPipe) return options(schema.in, value);
  if (schema instanceof z.ZodLazy) return [schema, ...options(schema.unwrap(), value)];
  const isWrapper =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return isWrapper ? options(schema.unwrap(), value) : [schema];
}

/** The options of a union that a value says it is one of; all where it does not say. */
function optionsOf(union: z.ZodDiscriminatedUnion, value: unknown): readonly z.core.$ZodType[] {
  const { discriminator } = union.def;
  const said =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[discriminator] : undefined;
  return union.options.filter((option) => {
    const literal =
      option instanceof z.ZodObject ? (option.shape as Record<string, unknown>)[discriminator] : undefined;
    return said === undefined || (literal instanceof z.ZodLiteral && literal.values.has(said as string));
  });
}
