import Ajv from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';

import type { JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { strictLimits, strictProblems, strictSchema } from '../../src/core/workflow/strictSchema.ts';

const closed = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

function problems(schema: JsonSchema): readonly string[] {
  return strictProblems(schema).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('what strict mode takes', () => {
  test.each<JsonSchema>([
    closed({}),
    closed({ a: { type: 'string', format: 'date', pattern: '^x', description: 'A', title: 'A' } }),
    closed({ a: { type: ['number', 'null'], minimum: 0, maximum: 1, multipleOf: 0.1 } }),
    closed({ a: { type: 'array', items: closed({ b: { enum: ['x', 'y'] } }), minItems: 1, maxItems: 3 } }),
    closed({ a: { anyOf: [closed({ b: { const: 1 } }), { type: 'null' }] } }),
  ])('%j', (schema) => {
    expect(problems(schema)).toEqual([]);
    expect(strictSchema(schema)).toEqual(schema);
  });
});

describe('what it refuses, and the schema normalised', () => {
  test.each<[JsonSchema, readonly string[], JsonSchema]>([
    [
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
      [': `additionalProperties` is not false'],
      closed({ a: { type: 'string' } }),
    ],
    [
      { ...closed({ a: { type: 'string' } }), required: [] },
      ['properties.a: `a` is not in `required`'],
      closed({ a: { type: ['string', 'null'] } }),
    ],
    [
      { ...closed({ a: { enum: ['x'] } }), required: [] },
      ['properties.a: `a` is not in `required`'],
      closed({ a: { type: ['string', 'null'], enum: ['x', null] } }),
    ],
    [
      { ...closed({ a: { const: 'x' } }), required: [] },
      ['properties.a: `a` is not in `required`'],
      closed({ a: { anyOf: [{ const: 'x' }, { type: 'null' }] } }),
    ],
    [
      { ...closed({ a: { anyOf: [{ type: 'string' }, { type: 'number' }] } }), required: [] },
      ['properties.a: `a` is not in `required`'],
      closed({ a: { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] } }),
    ],
    [
      { ...closed({ a: { type: ['string', 'null'] } }), required: [] },
      ['properties.a: `a` is not in `required`'],
      closed({ a: { type: ['string', 'null'] } }),
    ],
    [
      { ...closed({ a: { type: 'string' } }), additionalProperties: true },
      ['additionalProperties: `additionalProperties` is not false'],
      closed({ a: { type: 'string' } }),
    ],
    [
      closed({ a: { type: 'string', minLength: 1, maxLength: 3, default: 'x', examples: ['y'], format: 'uri' } }),
      [
        'properties.a.minLength: `minLength` is not permitted',
        'properties.a.maxLength: `maxLength` is not permitted',
        'properties.a.default: `default` is not permitted',
        'properties.a.examples: `examples` is not permitted',
        'properties.a.format: the format `uri` is not known',
      ],
      closed({ a: { type: 'string' } }),
    ],
  ])('%j', (schema, expected, normalised) => {
    expect(problems(schema)).toEqual(expected);
    expect(strictProblems(schema).every(({ mending }) => mending !== undefined)).toBe(true);
    expect(strictSchema(schema)).toEqual(normalised);
    expect(problems(strictSchema(schema))).toEqual([]);
  });

  test.each<[JsonSchema, readonly string[]]>([
    [{ type: 'array', items: { type: 'string' } }, [': the root is no object']],
    [{ anyOf: [closed({}), closed({})] }, ['anyOf: the root is `anyOf`, not one object']],
    [closed({ a: {} }), ['properties.a: it does not say its type']],
    [closed({ a: { type: 'array' } }), ['properties.a: it does not say its `items`']],
    [
      closed({ a: { type: 'object', additionalProperties: { type: 'string' } } }),
      ['properties.a.additionalProperties: its keys are not fixed'],
    ],
    [
      closed({ a: { type: 'object', additionalProperties: true } }),
      ['properties.a.additionalProperties: its keys are not fixed'],
    ],
  ])('%j cannot be mended', (schema, expected) => {
    expect(problems(schema)).toEqual(expected);
    expect(strictProblems(schema).some(({ mending }) => mending !== undefined)).toBe(false);
  });
});

describe('limits', () => {
  const many = (count: number): Record<string, JsonSchema> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, { type: 'string' as const }]));
  const deep = (levels: number): JsonSchema => (levels === 1 ? closed({}) : closed({ a: deep(levels - 1) }));
  const values = (count: number, length: number) => ({
    enum: Array.from({ length: count }, (_, index) => String(index).padEnd(length, 'x')),
  });

  test.each<[string, JsonSchema, JsonSchema]>([
    ['properties', closed(many(strictLimits.properties)), closed(many(strictLimits.properties + 1))],
    ['levels', deep(strictLimits.depth), deep(strictLimits.depth + 1)],
    [
      'characters in names',
      closed({ ['n'.repeat(120_000)]: { type: 'null' } }),
      closed({ ['n'.repeat(120_001)]: { type: 'null' } }),
    ],
    ['enum values', closed({ a: values(1000, 4) }), closed({ a: values(1001, 4) })],
    ['15,000 characters', closed({ a: values(251, 59) }), closed({ a: values(251, 60) })],
  ])('%s', (words, fits, exceeds) => {
    expect(problems(fits)).toEqual([]);
    expect(problems(exceeds).join()).toContain(words);
  });
});

test('what fits the normalised schema fits the first, but for null in place of what is left out', () => {
  const schema: JsonSchema = {
    type: 'object',
    required: ['id'],
    properties: {
      id: { type: 'integer', minimum: 1 },
      tags: { type: 'array', items: { type: 'string', minLength: 1 } },
      place: { type: 'object', properties: { city: { type: 'string' } } },
    },
  };
  const ajv = new Ajv({ strict: false });
  const fits = ajv.compile(strictSchema(schema));
  expect(fits({ id: 1, tags: null, place: { city: null } })).toBe(true);
  expect(fits({ id: 1 })).toBe(false);
  expect(fits({ id: 1, tags: null, place: null, more: 1 })).toBe(false);
});
