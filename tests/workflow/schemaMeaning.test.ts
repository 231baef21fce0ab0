import { describe, expect, test } from 'vitest';

import type { Json } from '../../src/core/workflow/json.ts';
import { memberOf, meaningOf, typesOf, type JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { inputSchema, wholeSchema } from '../../src/core/workflow/jsonSchemaShape.ts';
import { misfit } from '../../src/core/workflow/schemaFit.ts';
import { sentFormat } from '../../src/core/workflow/sentSchema.ts';
import { strictProblems } from '../../src/core/workflow/strictSchema.ts';
import { askPython } from '../codegen/syntax/python.ts';
import { pick, randomNumbers } from './expressions/random.ts';
import { randomSchema, values } from './randomSchemas.ts';

const schemas = (count: number): readonly JsonSchema[] => {
  const random = randomNumbers(11);
  return Array.from({ length: count }, () => randomSchema(random));
};

/** Which of the values fit each schema, as the `jsonschema` package says. */
function fitting(of: readonly JsonSchema[]): readonly (readonly boolean[])[] {
  const program = `
from jsonschema import Draft202012Validator
schemas, values = data
checks = [Draft202012Validator(schema) for schema in schemas]
print(json.dumps([[check.is_valid(value) for value in values] for check in checks]))`;
  return askPython(program, [of, values]) as boolean[][];
}

function typeOf(value: Json): readonly string[] {
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value];
}

describe('random schemas', () => {
  const randomOnes = schemas(500);
  const fits = fitting(randomOnes);

  test('a value fits where jsonschema says so', () => {
    for (const [index, written] of randomOnes.entries()) {
      const linked = wholeSchema.parse(structuredClone(written));
      for (const [place, value] of values.entries()) {
        const isFit = fits[index]?.[place];
        const problem = misfit(value, linked);
        expect([written, value, problem === undefined]).toEqual([written, value, isFit]);
      }
    }
  });

  test('what a schema means takes every value that it takes, and its types and members are those that there can be', () => {
    for (const [index, written] of randomOnes.entries()) {
      for (const shape of [wholeSchema, inputSchema]) {
        const linked = shape.parse(structuredClone(written));
        for (const value of values.filter((_, place) => fits[index]?.[place])) {
          const means = meaningOf(linked);
          expect([written, value, misfit(value, means)]).toEqual([written, value, undefined]);
          const allowed = typesOf(linked);
          if (allowed.length > 0)
            expect([written, allowed.some((type) => typeOf(value).includes(type))]).toEqual([written, true]);
          if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
          for (const key of ['a', 'b', 'c']) {
            const member = memberOf(linked, key);
            const there = Object.hasOwn(value, key) ? (value as Record<string, Json>)[key] : undefined;
            if (there !== undefined && typeof member === 'object')
              expect([written, key, misfit(there, member.schema)]).toEqual([written, key, undefined]);
          }
        }
      }
    }
  });

  test('what fits the format that is sent fits the schema that was written', () => {
    const random = randomNumbers(12);
    const plain = Array.from({ length: 1000 }, () => plainObject(random));
    const formats = plain.map((schema) => sentFormat({ schema: wholeSchema.parse(structuredClone(schema)) }));
    const [before, after] = [fitting(plain), fitting(formats.map(({ schema }) => schema))];
    for (const [index, schema] of plain.entries()) {
      expect(strictProblems(formats[index]?.schema ?? {}).length === 0).toBe(formats[index]?.strict);
      for (const [place, value] of values.entries())
        if (after[index]?.[place]) expect([schema, value, before[index]?.[place]]).toEqual([schema, value, true]);
    }
    expect(formats.filter(({ strict }) => strict).length).toBeGreaterThan(100);
    expect(after.flat().filter(Boolean).length).toBeGreaterThan(100);
  });
});

/** An object as people write them, without a thought of strict mode. */
function plainObject(random: () => number, depth = 0): JsonSchema {
  const inner = (): JsonSchema => plainObject(random, depth + 1);
  const leaves: readonly JsonSchema[] = [
    { type: 'string', format: 'uri' },
    { type: ['string', 'null'], default: 'x' },
    { type: 'integer', title: 'Count' },
    { anyOf: [{ type: 'number' }, { type: 'null' }] },
    { $ref: '#/$defs/part', description: 'A part.' },
    { allOf: [{ $ref: '#/$defs/part' }], default: null },
    { oneOf: [{ type: 'string' }, { type: 'integer' }] },
    { type: 'array', items: { $ref: '#/$defs/part' } },
    { type: 'string', minLength: 2 },
    { const: 'a' },
  ];
  const property = (): JsonSchema => (depth < 2 && random() < 0.2 ? inner() : pick(random, leaves));
  const properties = Object.fromEntries(['a', 'b', 'c'].filter(() => random() < 0.5).map((name) => [name, property()]));
  const required = Object.keys(properties).filter(() => random() < 0.8);
  const part: JsonSchema = {
    type: 'object',
    properties: { b: { type: ['array', 'null'], items: { $ref: '#/$defs/part' } } },
  };
  return {
    type: 'object',
    properties,
    required,
    ...(random() < 0.2 && { additionalProperties: pick(random, [true, false]) }),
    ...(depth === 0 && { $defs: { part } }),
  };
}
