import type { JsonTypeName } from '../jsonSchema.ts';

const words: Readonly<Record<JsonTypeName, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

/** "text or null": types as messages name them; "anything" when there are none. */
export function typeWords(types: Iterable<JsonTypeName>): string {
  return [...new Set(types)].map((type) => words[type]).join(' or ') || 'anything';
}
