import type { Json } from './json.ts';
import type { JsonSchema } from './jsonSchema.ts';
import { linkInput } from './schemaLinks.ts';

/** By the input: what is known of a schema is kept by the object that it is. */
const known = new WeakMap<object, JsonSchema>();

/** The schema of an input that has this value where nothing else is given: each field with its type, and the value as its default. */
export function schemaOfInput(input: { readonly [key: string]: Json }): JsonSchema {
  const before = known.get(input);
  if (before !== undefined) return before;
  const properties = Object.entries(input).map(([key, value]): [string, JsonSchema] => [
    key,
    { ...schemaOf(value), default: value },
  ]);
  const schema = linkInput({ type: 'object', properties: Object.fromEntries(properties), additionalProperties: false });
  known.set(input, schema);
  return schema;
}

function schemaOf(value: Json): JsonSchema {
  if (value === null) return {};
  if (Array.isArray(value)) {
    const [first, ...others] = (value as readonly Json[]).map((item) => JSON.stringify(schemaOf(item)));
    const isSame = first !== undefined && others.every((other) => other === first);
    return isSame ? { type: 'array', items: JSON.parse(first) as JsonSchema } : { type: 'array' };
  }
  switch (typeof value) {
    case 'string':
      return { type: 'string' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: Number.isInteger(value) ? 'integer' : 'number' };
    default:
      return { type: 'object' };
  }
}
