import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';

import { plan } from '../../src/core/codegen/python/index.ts';
import { check, parse, type Json } from '../../src/core/workflow/index.ts';
import type { JsonSchema } from '../../src/core/workflow/jsonSchema.ts';
import { randomNumbers } from '../workflow/expressions/random.ts';
import { definitions, randomSchema, values } from '../workflow/randomSchemas.ts';
import { python, writeGenerated } from './generatedProject.ts';

const count = 150;

function inputOf(schema: JsonSchema): JsonSchema {
  return { type: 'object', required: ['p'], properties: { p: schema }, $defs: definitions };
}

function planOf(inputSchema: JsonSchema, index: number) {
  const text = JSON.stringify({
    version: 1,
    name: `w${index}`,
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: `/w${index}`, inputSchema } },
      { id: 'reply', type: 'response', config: { output: "{{ input.p.a | default('none') }}" } },
    ],
    edges: [{ source: 'ask', target: 'reply' }],
  });
  const parsed = parse(text);
  const checked = parsed.ok ? check(parsed.value, new Map(), `w${index}.workflow.json`) : undefined;
  return checked?.ok ? plan(checked.value) : undefined;
}

/** Which values the class of each workflow's input takes, and which fit its schema. */
function answers(folder: string, schemas: readonly (readonly [number, JsonSchema])[]): readonly Answer[] {
  const program = `
import importlib, json, sys
from jsonschema import Draft202012Validator
from pydantic import ValidationError
schemas, values = json.load(sys.stdin)
def takes(model, value):
    try:
        model.model_validate({"p": value})
        return True
    except ValidationError:
        return False
found = []
for index, schema in schemas:
    model = getattr(importlib.import_module(f"app.workflows.w_{index}"), f"W{index}Input")
    oracle = Draft202012Validator(schema)
    found += [{"index": index, "value": value, "takes": takes(model, value), "fits": oracle.is_valid({"p": value})} for value in values]
print(json.dumps(found))`;
  const input = JSON.stringify([schemas, values]);
  return JSON.parse(execFileSync(python, ['-c', program], { cwd: folder, input, encoding: 'utf8' })) as Answer[];
}

interface Answer {
  readonly index: number;
  readonly value: Json;
  readonly takes: boolean;
  readonly fits: boolean;
}

test('as many definitions as there may be, all inside of each other, make a service that starts', () => {
  const size = 400;
  const definition = (index: number): JsonSchema => ({
    type: 'object',
    required: ['value'],
    properties: { value: { type: 'integer' }, a: {}, next: { $ref: `#/$defs/d${(index + 1) % size}` } },
  });
  const $defs = Object.fromEntries(Array.from({ length: size }, (_, index) => [`d${index}`, definition(index)]));
  const schema: JsonSchema = { type: 'object', required: ['p'], properties: { p: { $ref: '#/$defs/d0' } }, $defs };
  const planned = planOf(schema, 1);
  const folder = planned === undefined ? '' : writeGenerated(planned);
  try {
    const deep = (levels: number): Json => (levels === 0 ? { value: 1 } : { value: 1, next: deep(levels - 1) });
    const program = `
import json, sys
from pydantic import ValidationError
from app.workflows.w_1 import W1Input
for value in json.load(sys.stdin):
    try:
        W1Input.model_validate({"p": value})
        print("taken")
    except ValidationError as error:
        print(error.errors()[0]["msg"])`;
    const broken = JSON.parse(JSON.stringify(deep(45)).replace(/"value":1(?!,)/, '"value":"x"')) as Json;
    const input = JSON.stringify([deep(0), deep(45), broken]);
    const said = execFileSync(python, ['-c', program], { cwd: folder, input, encoding: 'utf8' });
    expect(said.trim().split('\n')).toEqual(['taken', 'taken', 'is string, not integer']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test('the classes of random input schemas compile, and take the values that fit', () => {
  const random = randomNumbers(5);
  const schemas: [number, JsonSchema][] = [];
  const plans = [];
  for (let index = 0; plans.length < count; index += 1) {
    const { $defs: _, ...schema } = randomSchema(random);
    const planned = planOf(inputOf(schema), index);
    if (planned === undefined) continue;
    plans.push(planned);
    schemas.push([index, inputOf(schema)]);
  }
  const folder = writeGenerated(...plans);
  try {
    execFileSync(python, ['-m', 'ruff', 'check', 'app/workflows'], { cwd: folder, encoding: 'utf8' });
    execFileSync(python, ['-m', 'ruff', 'format', '--check', 'app/workflows'], { cwd: folder, encoding: 'utf8' });
    const found = answers(folder, schemas);
    for (const { index, value, takes, fits } of found) {
      const schema = schemas.find(([each]) => each === index)?.[1];
      expect([schema, value, takes]).toEqual([schema, value, fits]);
    }
    expect(found.filter(({ fits }) => fits).length).toBeGreaterThan(500);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
