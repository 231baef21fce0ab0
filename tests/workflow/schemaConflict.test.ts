import { expect, test } from 'vitest';

import { templateJson } from '../../src/core/workflow/expressions/templateSchema.ts';
import { typeOfTemplateJson } from '../../src/core/workflow/expressions/templateTypes.ts';
import type { TypeScope } from '../../src/core/workflow/expressions/types.ts';
import type { Json } from '../../src/core/workflow/json.ts';
import type { JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { conflict } from '../../src/core/workflow/schemaConflict.ts';
import { misfit } from '../../src/core/workflow/schemaFit.ts';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'integer' };

test.each<[JsonSchema, JsonSchema, string | undefined]>([
  [{}, text, undefined],
  [text, {}, undefined],
  [whole, text, 'it is a whole number, not text'],
  [whole, { type: 'number' }, undefined],
  [{ type: 'number' }, whole, undefined],
  [{ type: ['string', 'null'] }, text, undefined],
  [{ anyOf: [whole, { type: 'null' }] }, text, 'it is a whole number, not text'],
  [whole, { anyOf: [text, { type: 'boolean' }] }, 'it fits no part of `anyOf`'],
  [{ const: 'a' }, { type: 'string', maxLength: 0 }, 'it has 1 characters, more than 0'],
  [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }, undefined],
  [{ enum: ['a', 'b'] }, { enum: ['c'] }, 'it is not one of `enum`'],
  [{ type: 'array', items: whole }, { type: 'array', items: text }, undefined],
  [
    { type: 'array', items: whole, minItems: 1 },
    { type: 'array', items: text },
    'its items: it is a whole number, not text',
  ],
  [{ type: 'array', minItems: 3 }, { type: 'array', maxItems: 2 }, 'it has 3 items, more than 2'],
  [{ type: 'array', maxItems: 1 }, { type: 'array', minItems: 2 }, 'it has 1 items, fewer than 2'],
  [
    { type: 'object', properties: { a: whole }, required: ['a'] },
    { type: 'object', properties: { a: text } },
    '`a`: it is a whole number, not text',
  ],
  [{ type: 'object', properties: { a: whole } }, { type: 'object', properties: { a: text } }, undefined],
  [{ type: 'object' }, { type: 'object', required: ['a'], properties: { a: text } }, undefined],
  [
    { type: 'object', additionalProperties: false },
    { type: 'object', required: ['a'], properties: { a: text } },
    'it lacks `a`',
  ],
  [
    { type: 'object', properties: { b: text }, required: ['b'] },
    { type: 'object', additionalProperties: false },
    'it must not have `b`',
  ],
])('%j for %j', (given, wanted, problem) => {
  expect(conflict(given, wanted)).toBe(problem);
});

test('what fits a schema is never said not to', () => {
  const values: readonly Json[] = [
    null,
    true,
    0,
    2,
    1.5,
    '',
    'ab',
    [],
    [1],
    ['a', 2],
    {},
    { a: 1 },
    { a: 'x', b: [null] },
    { a: { b: {} } },
  ];
  const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;
  const inner: readonly JsonSchema[] = [{}, ...types.map((type) => ({ type }))];
  const wanted: readonly JsonSchema[] = [
    ...inner,
    ...inner.map((items): JsonSchema => ({ type: 'array', items, maxItems: 1 })),
    ...inner.map((a): JsonSchema => ({ type: 'object', properties: { a }, required: ['a'] })),
    ...inner.map((rest): JsonSchema => ({ type: ['object', 'null'], additionalProperties: rest })),
    ...inner.map((one): JsonSchema => ({ anyOf: [one, { type: 'array', minItems: 1 }] })),
    { type: 'object', properties: { a: {} }, additionalProperties: false },
    { enum: ['ab', 2, null] },
    { type: 'string', minLength: 1 },
  ];
  const nothing: TypeScope = { input: {}, output: () => undefined };
  let fitting = 0;
  for (const value of values) {
    for (const schema of wanted) {
      if (misfit(value, schema) !== undefined) continue;
      fitting += 1;
      const described = { value: JSON.stringify(value), schema: JSON.stringify(schema) };
      expect({ ...described, problem: conflict({ const: value }, schema) }).toEqual({
        ...described,
        problem: undefined,
      });
      const problem = conflict(typeOfTemplateJson(templateJson.parse(value), nothing), schema);
      expect({ ...described, problem }).toEqual({ ...described, problem: undefined });
    }
  }
  expect(fitting).toBeGreaterThan(100);
});
