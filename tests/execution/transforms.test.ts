import { createHmac } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, writeGenerated } from './generatedProject.ts';
import { carriedTests, said } from './projectChecks.ts';

let folder: string;

beforeAll(() => {
  folder = writeGenerated(planOf(join(import.meta.dirname, 'transforms.workflow.json')));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Asks the service for each input, and prints status, header and body of the answers. */
const script = `
import json, os, sys
os.environ["SECRET_SIGNING"] = "a secret"
from fastapi.testclient import TestClient
from app.main import app

with TestClient(app, raise_server_exceptions=False) as client:
    for given in json.loads(sys.argv[1]):
        answer = client.post("/orders", json=given)
        print(json.dumps([answer.status_code, answer.headers.get("retry-after"), answer.json()]))
`;

type Answer = readonly [status: number, retryAfter: string | null, body: Record<string, unknown>];

async function answers(...inputs: readonly object[]): Promise<readonly Answer[]> {
  const output = await said(python, ['-c', script, JSON.stringify(inputs)], folder);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

const order = (id: string, customer: string, total: number, more: object = {}): object => ({
  id,
  customer,
  total,
  tags: [],
  ...more,
});

const orders = [
  order('a', 'Zoe', 10),
  order('b', 'Ann', 30, { tags: ['gift'] }),
  order('c', 'test', 99),
  order('d', 'Ann', 12.5, { note: 'Please ring' }),
  order('e', 'Zoe', 30),
  order('f', 'Ann', 1),
];

test('lists are filtered, sorted and summed up, and objects edited', async () => {
  const loose = [{ n: 1 }, { n: 1, gone: null }, { n: 2 }, {}];
  const [answer] = await answers({ user: 'Zoe', orders, loose });
  expect(answer?.[2]['output']).toEqual({
    remaining: 2,
    large: ['b', 'e', 'd', 'a'],
    marked: ['a', 'b', 'd', 'e'],
    sorted: ['f', 'd', 'b', 'a', 'e', 'c'],
    odd: [{ n: 1 }],
    totals: [
      { customer: 'Zoe', orders: 2, revenue: 40, mean: 20, dearest: 30, ids: ['a', 'e'] },
      { customer: 'Ann', orders: 3, revenue: 43.5, mean: 14.5, dearest: 30, ids: ['b', 'd', 'f'] },
      { customer: 'test', orders: 1, revenue: 99, mean: 99, dearest: 99, ids: ['c'] },
    ],
    edited: { count: 1, all: 1, first: 1, user: 'ZOE', fixed: { n: 1 } },
    names: [
      { order: 'b', by: 'Ann' },
      { order: 'c', by: 'test' },
      { order: 'd', by: 'Ann' },
      { order: 'e', by: 'Zoe' },
    ],
    signature: createHmac('sha256', 'a secret').update('Zoe').digest('hex'),
    sure: 'Zoe',
  });
  expect(answer?.[0]).toBe(200);
});

test('what does not fit is reported or refused, and a key that asks too often waits', async () => {
  const input = { user: 'Zoe', orders, loose: [] };
  const [report, refused, mixed, limited, other] = await answers(
    { ...input, user: 'Z' },
    { ...input, user: 'Z'.repeat(41) },
    { ...input, loose: [{ n: 1 }, { n: true }] },
    ...[1, 2, 3, 4].map(() => input),
  ).then((all) => [all[0], all[1], all[2], all.at(-1), all[3]]);
  expect(report?.[2]['output']).toEqual({ errors: [{ pointer: '/user', detail: 'has 1 characters, fewer than 2' }] });
  expect([report?.[0], refused?.[0]]).toEqual([422, 422]);
  expect(refused?.[2]).toMatchObject({
    code: 'validation_failed',
    errors: [{ pointer: '', detail: 'has 41 characters, more than 40' }],
  });
  expect(mixed?.[0]).toBe(500);
  expect(mixed?.[2]).toMatchObject({ code: 'invalid_expression' });
  expect(other?.[0]).toBe(200);
  expect(limited?.[0]).toBe(429);
  expect(Number(limited?.[1])).toBeGreaterThan(50);
  expect(limited?.[2]).toMatchObject({
    code: 'too_many_requests',
    retryable: true,
    retry_after_s: Number(limited?.[1]),
  });
});

test('the project passes the tests that it carries', async () => {
  expect(await carriedTests(folder)).toMatch(/^\d+ passed/m);
});
