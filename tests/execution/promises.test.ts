import { createHash, createHmac } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';
import { DatabaseServers, ScriptedServer } from './promises/servers.ts';

/*
 * Workflows that were written from the pages in docs/ alone, in one service, against real databases and a scripted server: what is
 * expected of them is what these pages promise.
 */

const files = join(import.meta.dirname, 'promises');
const scripted = new ScriptedServer();
const databases = new DatabaseServers();
let haveDatabases: boolean;
let folder: string;
let service: RunningService;

beforeAll(async () => {
  const names = readdirSync(files).filter((name) => name.endsWith('.workflow.json'));
  folder = writeGenerated(...names.map((name) => planOf(join(files, name))));
  const [host, found] = await Promise.all([scripted.start(), databases.start()]);
  haveDatabases = found !== undefined;
  const credentials = ['BEARER', 'BASIC', 'HEADER', 'PARAMETER'].flatMap((name) => [
    [`CREDENTIAL_${name}`, `user:${name}`],
    [`CREDENTIAL_${name}_HOST`, host],
  ]);
  const env = {
    PROMISES_URL: `http://${host}`,
    ALLOW_PRIVATE_ADDRESSES: '1',
    SECRET_PROMISE: 'a secret',
    ...Object.fromEntries(credentials),
    ...found,
  };
  service = await startGenerated(folder, { env });
});

afterAll(async () => {
  await service.stop();
  await databases.stop();
  scripted.stop();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function ask(path: string, input: object): Promise<Answer> {
  const response = await fetch(`${service.url}/promises/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function outputOf(path: string, input: object): Promise<unknown> {
  const { status, body } = await ask(path, input);
  expect(status, JSON.stringify(body)).toBe(200);
  return body['output'];
}

const hostile = 'x\'); DROP TABLE people; --\u0001"$1\\{{ input }}é😀';

test('items that fail in loops in loops end the run, are left out or are collected', async () => {
  const groups = [
    { name: 'a', numbers: [1, 0, 3] },
    { name: 'b', numbers: [2] },
    { name: 'c', numbers: [] },
  ];
  const others = [
    { name: 'b', shares: [{ at: '1.0', share: 6 }] },
    { name: 'c', shares: [] },
  ];
  const [first, last] = [
    { at: '0.0', share: 12 },
    { at: '0.2', share: 4 },
  ];
  const rounds = (...indexes: readonly (readonly [node: string, index: number])[]): unknown => ({
    code: 'function_failed',
    node: 'share',
    items: indexes.map(([node, index]) => ({ node, index })),
  });
  const [inner, outer] = [
    ['each_number', 1],
    ['each_group', 0],
  ] as const;
  expect(await outputOf('skip-in-collect', { groups })).toEqual([{ name: 'a', shares: [first, last] }, ...others]);
  expect(await outputOf('fail-in-collect', { groups })).toMatchObject([{ error: rounds(outer, inner) }, ...others]);
  const collected = [first, { error: rounds(outer, inner) }, last];
  expect(await outputOf('collect-in-fail', { groups })).toMatchObject([{ name: 'a', shares: collected }, ...others]);
  expect(await outputOf('fail-in-skip', { groups })).toEqual(others);
  const { status, body } = await ask('fail-in-fail', { groups });
  expect(status).toBe(500);
  expect(body).toMatchObject({ ...(rounds(outer, inner) as object), detail: expect.stringContaining('ZeroDivision') });
  const tooMany = await ask('fail-in-fail', { groups: Array.from({ length: 11 }, () => groups[1]) });
  expect(tooMany.body).toMatchObject({ code: 'too_many_items', limit: 10 });
  const noted = service.lines.filter((line) => /"event":"item_(skipped|failed)"/.test(line));
  expect(noted).toHaveLength(4);
  for (const line of noted) expect(line).toMatch(/"execution_id".*ZeroDivisionError: /);
});

test('rounds go on until they are good or enough, and a switch compares without converting', async () => {
  const ways = await Promise.all(
    [
      ['bill', true],
      [1, true],
      [true, true],
      ['1', false],
    ].map(([kind, urgent]) => outputOf('halve', { number: 100, kind, urgent })),
  );
  const last = { number: 3, rounds: 5 };
  expect(ways).toEqual(['bill', 'one', 'urgent', 'default'].map((way) => ({ way, last })));
  expect(await outputOf('halve', { number: 3, kind: 'x', urgent: false })).toMatchObject({
    last: { number: 1, rounds: 1 },
  });
});

test('steps are tried again, kept, given up in time, and gone on after', async () => {
  const broken = { code: 'service_error', status: 502, retryable: true, node: 'broken' };
  const expected = { flaky: { count: 3 }, kept: { count: 1 }, slow: 'late', once: null, broken };
  expect(await outputOf('steps', { key: 'a b' })).toEqual(expected);
  expect(await outputOf('steps', { key: 'a b' })).toEqual({ ...expected, flaky: { count: 4 } });
  expect(Object.fromEntries(scripted.asked)).toEqual({
    '/flaky/a%20b': 4,
    '/count/a%20b': 1,
    '/slow': 2,
    '/status/500': 2,
    '/status/503': 2,
  });
  expect(await outputOf('hurried', { seconds: 0 })).toBe('done');
  const late = await ask('hurried', { seconds: 5 });
  expect([late.status, late.body['code']]).toEqual([504, 'run_timeout']);
  expect((await ask('hurried', { seconds: -1 })).body).toMatchObject({ code: 'invalid_expression', node: 'wait' });
});

test('requests go through pages, with credentials and bodies of each kind', async () => {
  const output = (await outputOf('requests', { city: hostile })) as Record<string, Record<string, unknown>>;
  const city = new URLSearchParams({ city: hostile }).toString();
  expect(output).toMatchObject({
    link: { body: [1, 10, 2, 20, 3, 30], pages: 3, complete: true },
    next: { body: [1, 2], pages: 2, complete: false },
    page: { body: [{ page: '0' }, { page: '1' }], complete: true },
    bearer: { authorization: 'Bearer user:BEARER' },
    basic: { authorization: `Basic ${Buffer.from('user:BASIC').toString('base64')}` },
    header: { key: 'user:HEADER' },
    parameter: { url: '/echo?x=1&key=user%3APARAMETER' },
    form: { method: 'POST', sent: `${city}&tag=a&tag=b` },
    text: { method: 'PUT', type: 'application/xml' },
    bytes: 'AP8B',
    warmer: 21.5,
    graph: hostile,
  });
  expect(output['moved']).not.toHaveProperty('authorization');
  const [first, second] = ((output['cursor'] ?? {})['body'] as readonly string[]).map(
    (query) => new URLSearchParams(query),
  );
  expect([first?.get('city'), first?.getAll('tag'), first?.has('none')]).toEqual([hostile, ['a', 'b'], false]);
  expect(second?.get('after')).toBe('a&b=c d');
  const { type, sent } = output['multipart'] as { type: string; sent: string };
  const form = await new Response(sent, { headers: { 'content-type': type } }).formData();
  expect(form.get('title')).toBe(hostile);
  const file = form.get('file');
  expect(file).toMatchObject({ type: 'text/plain', name: expect.stringMatching(/^x'\).*\.txt$/u) });
  expect(await new Response(file).text()).toBe(hostile);
});

const orders = [
  { id: 'a', customer: { name: 'Zoe', city: 'Bonn' }, total: 10 },
  { id: 'b', customer: { name: 'Ann' }, total: 30, note: 'Please ring' },
  { id: 'x', customer: { name: 'Ann' }, total: 99 },
  { id: 'd', customer: { name: 'Ann', city: 'Aachen' }, total: 30, note: 'no' },
  { id: 'e', customer: { name: 'Ann', city: 'Aarau', address: { zip: 5000 } }, total: 1, parts: ['x', 'y'] },
];

test('values are filtered, sorted, summed up, edited, checked and signed', async () => {
  const loose = [{ n: 1 }, { n: null }, { n: true }, {}];
  const object = { a: 'é', b: 1 };
  expect(await outputOf('transforms', { orders, loose })).toEqual({
    large: ['a', 'b', 'd'],
    any: [{ n: 1 }, { n: null }, {}],
    noted: ['Please ring'],
    ranked: ['b', 'd', 'a'],
    sums: { count: 5, sum: 170, mean: 34, min: 1, max: 99, first: 10, last: 1, list: [10, 30, 99, 30, 1] },
    groups: [
      { total: 10, ids: ['a'] },
      { total: 30, ids: ['b', 'd'] },
      { total: 99, ids: ['x'] },
      { total: 1, ids: ['e'] },
    ],
    card: { id: 'a', customer: { name: 'Zoe', city: 'Bonn' }, price: 10, count: 5 },
    valid: { valid: false, errors: [{ pointer: '/3', detail: 'lacks n' }] },
    names: [
      { order: 'b', city: null },
      { order: 'd', city: 'Aachen' },
      { order: 'x', city: null },
    ],
    pieces: ['One is here. Two is there.', 'Three is where.'],
    limit: 1,
    hash: createHash('sha256').update('abc').digest('hex'),
    hash_object: createHash('sha256')
      .update(JSON.stringify({ b: object.b, a: object.a }))
      .digest('base64'),
    signature: createHmac('sha512', 'a secret').update('abc').digest('hex'),
    token: 22,
    id: 36,
  });
  expect((await ask('transforms', { orders, loose: [1] })).body).toMatchObject({ node: 'any', index: 0 });
  expect((await ask('transforms', { orders: [], loose })).body).toMatchObject({ code: 'missing_value', node: 'card' });
});

test('fields are found along paths, and what nodes make of the input is read like it', async () => {
  const loose = [{ a: { b: 2 } }, { a: { b: 1.5 } }];
  expect(await outputOf('nested', { orders, loose })).toEqual({
    ranked: 'Aarau Aachen ',
    ann: ['b', 'x', 'd', 'e'],
    named: ['x', 'e', 'd', 'b', 'a'],
    zipped: ['e'],
    loose: loose.toReversed(),
    each: [...[1, 2, 3].map(() => ({ text: '', count: 0 })), { text: '<x><y>', count: 2 }],
    names: 'Ann Ann<x><y> Ann Ann Zoe ',
    first: 'Ann',
    count: '1 of 5',
  });
  const { body } = await ask('nested', { orders, loose: [...loose, { a: 1 }] });
  expect(body).toMatchObject({ code: 'missing_value', node: 'loose', index: 2 });
});

test('every filter, operator and block gives what its page says', async () => {
  const items = [
    { id: 'z', ok: true, parts: ['x', 'y', 'p-q'] },
    { id: 'a', ok: false, parts: [] },
  ];
  const input = { text: 'AbC', number: 2.5, list: [3, 1, 2], object: { b: 1, a: 2 }, loose: 3, items };
  expect(await outputOf('expressions', input)).toEqual({
    default: 'none',
    json: '{"a":[1,null,true,"é"]}',
    length: 3,
    length_object: 2,
    first: 3,
    last: 2,
    upper: 'ABC',
    lower: 'abc',
    trim: 'a b',
    join: '3, 1, 2',
    round: 2.57,
    round0: 2,
    int: 42,
    float: 1.5,
    string: '[3,1,2]',
    string_true: 'true',
    pluck: ['z', 'a'],
    where: [items[0]],
    where1: [items[0]],
    sort_by: ['a', 'z'],
    unique: [1, true, '1'],
    reverse: 'CbA',
    slice: [3, 1],
    slice1: 'bC',
    batch: [[3, 1], [2]],
    flatten: [1, 2, [3]],
    sum: 6,
    sum_empty: 0,
    min: 1,
    max: 'b',
    keys: ['b', 'a'],
    values: [1, 2],
    merge: { b: 1, a: 9 },
    contains: true,
    contains_list: false,
    contains_key: true,
    replace: '$1-$1',
    split: ['a', 'b', '', 'c'],
    split_space: ['a', 'b'],
    truncate: 'abc…',
    truncate2: 'abcd',
    starts_with: true,
    parse_json: [1, {}],
    format_date: '31.01.2026 12:30 Saturday Jan',
    to_fixed: '2',
    to_fixed2: '2.50',
    url_encode: 'a%20b%2F%C3%BC%26',
    html_escape: '&lt;a href=&quot;x&quot;&gt;&amp;',
    sum_op: -4,
    mod: 2,
    div: 2,
    whole: 7,
    neg: -2.5,
    tilde: 'a1null[1]',
    cond: 'y',
    in: true,
    not_in: false,
    eq: true,
    eq2: true,
    or: false,
    now: 4,
    uuid: 36,
    random: true,
    two: false,
    index: 3,
    literal: '{{ a }}',
    block: 'Sort these of AbC:\n- z: ok\n  [x](Y)<p><q>\n- a: not ok\n  \nsome\nEnd  b=a=',
  });
});

test('a question finds its passage among documents', async () => {
  expect(await outputOf('retrieval', { question: 'How many weeks of parental leave?' })).toEqual({
    indexed: { upserted: 3, deleted: 0, created: true },
    heading: 'Leave > Parental leave',
    text: '## Parental leave\n\nParents get sixteen weeks of leave.',
  });
});

test('databases take any value as a value, and a step is a transaction', async ({ skip }) => {
  if (!haveDatabases) skip('Postgres or Redis is not installed');
  const person = { name: hostile, age: 7, day: '2026-02-28' };
  expect(await outputOf('databases', person)).toEqual({
    kept: { rows: [{ name: hostile }], count: 1 },
    row: {
      name: hostile,
      age: 7,
      born: '2026-02-28',
      more: { name: hostile, list: [1, null] },
      raw: '/wA=',
      tags: [hostile, 'b'],
      price: 12.5,
      id: '00000000-0000-0000-0000-000000000001',
      gap: 60,
    },
    lite: 1,
    lite_rows: [{ name: hostile, again: hostile }],
    value: { name: hostile },
    hash: { [hostile]: hostile },
    range: ['7'],
    pop: '7',
    none: null,
    taken: false,
    gone: true,
  });
  const refused = await Promise.all(
    [{}, { name: 'b', age: -7 }, { name: 'c', day: "'; DROP" }, { name: 'c\u0000' }, { name: 'd', age: 7e15 }].map(
      async (other) => (await ask('databases', { ...person, ...other })).body,
    ),
  );
  expect(refused.map(({ code, sqlstate }) => [code, sqlstate])).toEqual([
    ['query_conflict', '23505'],
    ['query_conflict', '23514'],
    ['query_failed', '22007'],
    ['query_failed', '22021'],
    ['query_failed', '22000'],
  ]);
  const failed = (made: boolean): unknown => ({ rows: [{ made }], code: 'query_failed' });
  expect(await outputOf('transaction', { name: 'a', age: 0 })).toEqual(failed(false));
  expect(await outputOf('transaction', { name: 'a', age: 5 })).toEqual([{ marks: 1 }]);
  expect(await outputOf('transaction', { name: 'a', age: 0 })).toEqual(failed(true));
  expect(await outputOf('transaction', { name: 'a', age: 5 })).toEqual([{ marks: 2 }]);
  expect((await ask('writing', {})).body).toMatchObject({ code: 'query_failed', node: 'write', statement: 1 });
});

test('a conversation is remembered, cut, summed up and forgotten', async ({ skip }) => {
  if (!haveDatabases) skip('Postgres or Redis is not installed');
  const told = (message: string): Promise<unknown> => outputOf('remembered', { session: hostile, message });
  expect(await told('one')).toEqual({ before: [], dropped: 0, kept: 2 });
  expect(await told('two')).toMatchObject({ before: ['one', expect.any(String)], dropped: 0 });
  expect(await told('three')).toMatchObject({ before: ['two', expect.any(String)], dropped: 2 });
  expect(await outputOf('forgotten', { session: hostile })).toMatchObject({
    compacted: true,
    after: [{ role: 'system', content: 'in short' }, { role: 'user', content: 'three' }, { role: 'assistant' }],
    deleted: true,
    again: false,
  });
  for (const session of ['', 'x'.repeat(201)])
    expect(await ask('forgotten', { session })).toMatchObject({
      status: 422,
      body: { code: 'invalid_conversation', node: 'all' },
    });
});

test('a database that stops in the middle of a run is an error of that run, and is used again when it is back', async ({
  skip,
}) => {
  if (!haveDatabases) skip('Postgres or Redis is not installed');
  const running = ask('waiting', { seconds: 30 });
  await pause(300);
  await databases.postgres('stop');
  for (const { status, body } of [await running, await ask('waiting', { seconds: 0 })]) {
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 'database_unreachable', retryable: true, node: 'sleep' });
  }
  expect(await outputOf('hurried', { seconds: 0 })).toBe('done');
  await databases.postgres('start');
  const again = await Promise.all(Array.from({ length: 12 }, () => ask('waiting', { seconds: 0 })));
  expect(again.map(({ status }) => status)).toEqual(again.map(() => 200));
});

test('a service without a credential says that it is not ready', async () => {
  const ready = await fetch(`${service.url}/readyz`);
  expect(ready.status).toBe(503);
  const line = service.lines.find((each) => each.includes('"not_ready"'));
  expect(line).toContain('CREDENTIAL_ABSENT, CREDENTIAL_ABSENT_HOST');
  expect(line).not.toContain('CREDENTIAL_BEARER');
  expect((await ask('absent', {})).body).toMatchObject({ code: 'missing_api_key', node: 'locked' });
});
