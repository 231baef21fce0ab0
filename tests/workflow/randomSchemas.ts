import type { Json } from '../../src/core/workflow/json.ts';
import type { JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { pick } from './expressions/random.ts';

/** Values of every type, some of which fit. */
export const values: readonly Json[] = [
  null,
  true,
  false,
  0,
  1,
  -3,
  2.5,
  '',
  'a',
  'abc',
  [],
  [1],
  [1, 'a'],
  [[1], []],
  ['a', 'a'],
  {},
  { a: 1 },
  { a: 'x', b: [1, 2] },
  { a: { a: {} } },
  { b: null, c: 1 },
  { a: { b: [{ a: 1 }] } },
];
const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
export const definitions: Record<string, JsonSchema> = {
  named: { type: ['string', 'object'] },
  node: {
    type: 'object',
    properties: { a: { $ref: '#/$defs/node' }, b: { type: 'array', items: { $ref: '#/$defs/node' } } },
  },
  list: { anyOf: [{ type: 'array', items: { $ref: '#/$defs/list' }, minItems: 1 }, { type: ['integer', 'null'] }] },
};

/** A schema of all words that mean something, with references into `definitions`. */
export function randomSchema(random: () => number, depth = 0): JsonSchema {
  const inner = (): JsonSchema => randomSchema(random, depth + 1);
  const reference = (): string => `#/$defs/${pick(random, Object.keys(definitions))}`;
  if (depth > 2) return pick(random, [{}, { not: {} }, { $ref: reference() }]);
  const list = (): JsonSchema[] => Array.from({ length: pick(random, [1, 2, 3]) }, inner);
  const named = (): Record<string, JsonSchema> => ({ [pick(random, ['a', 'b'])]: inner(), c: inner() });
  const words: Record<string, () => unknown> = {
    type: () => pick(random, [pick(random, types), [...new Set([pick(random, types), pick(random, types)])]]),
    enum: () => [pick(random, values), pick(random, values)],
    const: () => pick(random, values),
    properties: named,
    required: () => [pick(random, ['a', 'b'])],
    additionalProperties: () => pick(random, [false, true, inner()]),
    propertyNames: () => ({ maxLength: 1 }),
    minProperties: () => 1,
    maxProperties: () => 1,
    dependentRequired: () => ({ a: ['b'] }),
    dependentSchemas: named,
    items: inner,
    prefixItems: list,
    contains: inner,
    minContains: () => pick(random, [0, 1, 2]),
    maxContains: () => 1,
    uniqueItems: () => true,
    minItems: () => 1,
    maxItems: () => 1,
    minLength: () => 2,
    minimum: () => 1,
    exclusiveMaximum: () => 2,
    anyOf: list,
    oneOf: list,
    allOf: list,
    not: inner,
    if: inner,
    then: inner,
    else: inner,
    $ref: reference,
  };
  const chosen = Array.from({ length: pick(random, [1, 2, 3, 4]) }, () => pick(random, Object.keys(words)));
  const made = Object.fromEntries(chosen.map((word) => [word, words[word]?.()]));
  return depth === 0 ? { ...made, $defs: definitions } : made;
}
