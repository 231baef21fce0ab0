import { join } from 'node:path';
import { expect, test } from 'vitest';

import {
  isList,
  isRecord,
  MissingValue,
  numberIn,
  Unknown,
  ValueError,
  type Value,
} from '../../src/core/workflow/expressions/values.ts';
import type { Json } from '../../src/core/workflow/json.ts';
import {
  aggregateOperations,
  filterOperators,
  type FilterOperator,
} from '../../src/core/workflow/nodes/configs/transforms.ts';
import { editedFields } from '../../src/core/workflow/transforms/fields.ts';
import { aggregatedItems, matchingItems, sortedItems } from '../../src/core/workflow/transforms/items.ts';
import { pick, randomNumbers } from '../workflow/expressions/random.ts';
import { python } from './generatedProject.ts';
import { said } from './projectChecks.ts';

/*
 * What carried tests expect of a node is worked out by the compiler; here it is compared with what the runtime makes of the same
 * values, most of which have fields that are missing or of mixed types.
 */
const random = randomNumbers(20261129);
const scalars = [
  0,
  1,
  2.5,
  -1,
  true,
  false,
  null,
  '',
  'a',
  'ab',
  'Z',
  '\u{1f600}',
  [1],
  ['a'],
  { a: 1 },
] as const satisfies readonly Json[];
const kinds: readonly (readonly Json[])[] = [[0, 1, 2.5, -1], ['a', 'ab', 'Z'], scalars];
const fields = ['a', 'b', 'c'];
const operators = Object.keys(filterOperators) as FilterOperator[];

function value(): Json {
  return pick(random, scalars);
}

/** Mostly of one kind, so that not every case fails. */
function items(): Json {
  const kind = pick(random, kinds);
  return Array.from({ length: Math.floor(random() * 5) }, () =>
    Object.fromEntries(fields.filter(() => random() < 0.9).map((field) => [field, pick(random, kind)])),
  );
}

const cases = Array.from({ length: 800 }, (_, index) => {
  const given = random() < 0.05 ? value() : items();
  const field = (): string => pick(random, fields);
  switch (index % 4) {
    case 0: {
      const where = [1, 2].map(() => ({ field: field(), operator: pick(random, operators), value: value() }));
      const match = pick(random, ['all', 'any'] as const);
      return { kind: 'filter', given, where, match, made: () => matchingItems(given, where, match) };
    }
    case 1: {
      const by = [1, 2].map(() => ({ field: field(), descending: random() < 0.5 }));
      return { kind: 'sort', given, by, made: () => sortedItems(given, by) };
    }
    case 2: {
      const groupBy = random() < 0.5 ? field() : undefined;
      const operation = pick(random, aggregateOperations);
      const values = { x: operation === 'count' ? { operation } : { operation, field: field() } };
      return {
        kind: 'aggregate',
        given,
        groupBy,
        values,
        made: () => aggregatedItems(given, groupBy, values),
      };
    }
    default: {
      const object = Array.isArray(given) ? (given[0] ?? {}) : given;
      const edits = {
        rename: { [field()]: pick(random, ['a', 'x']) },
        remove: [field()],
        set: { b: value() as Value },
      };
      return { kind: 'edit', given: object, edits, made: () => editedFields(object, edits) };
    }
  }
});

const script = `
import json, sys
from app.runtime.errors import ServiceError
from app.transforms.fields import edited
from app.transforms.items import Condition, aggregated, aggregated_by, in_order, matching

def made(case):
    given = case["given"]
    match case["kind"]:
        case "filter":
            return matching(given, *(Condition(**each) for each in case["where"]), match=case["match"])
        case "sort":
            return in_order(given, *((e["field"], "descending" if e["descending"] else "ascending") for e in case["by"]))
        case "aggregate":
            values = {name: (each["operation"], each.get("field")) for name, each in case["values"].items()}
            group_by = case.get("groupBy")
            return aggregated(given, values) if group_by is None else aggregated_by(given, group_by, values)
        case _:
            edits = case["edits"]
            return edited(given, rename=edits["rename"], remove=edits["remove"], change=edits["set"])

for case in json.loads(sys.argv[1]):
    try:
        print(json.dumps({"made": made(case)}))
    except ServiceError as error:
        print(json.dumps({"failed": True}))
`;

test('the compiler works out what the runtime does', async () => {
  const output = await said(
    python,
    ['-c', script, JSON.stringify(cases)],
    join(import.meta.dirname, '../../runtime/python'),
  );
  const found = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  const expected = cases.map(({ made }) => outcome(made));
  expect(found).toHaveLength(cases.length);
  for (const [index, each] of expected.entries())
    if (each !== undefined) expect(found[index], JSON.stringify(cases[index])).toEqual(each);
  const failed = expected.filter((each) => each !== undefined && 'failed' in each).length;
  expect(failed).toBeGreaterThan(50);
  expect(failed).toBeLessThan(cases.length / 2);
});

function outcome(made: () => Value): { made: Json } | { failed: true } | undefined {
  try {
    const result = made();
    return result instanceof Unknown ? undefined : { made: plain(result) };
  } catch (error) {
    if (error instanceof ValueError || error instanceof MissingValue) return { failed: true };
    throw error;
  }
}

function plain(result: Value): Json {
  if (isList(result)) return result.map(plain);
  if (isRecord(result)) return Object.fromEntries(Object.entries(result).map(([key, each]) => [key, plain(each)]));
  return typeof result === 'object' && result !== null ? (numberIn(result) ?? null) : result;
}
