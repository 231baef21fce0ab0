import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '../..');

/** Every workflow of the golden cases and the examples, in one project; those with durable runs are in `durable.test.ts`. */
function everyWorkflow(): readonly string[] {
  return [join(repository, 'tests/codegen/golden'), join(repository, 'examples')].flatMap((root) =>
    readdirSync(root).flatMap((name) =>
      readdirSync(join(root, name))
        .filter((file) => file.endsWith('.workflow.json'))
        .map((file) => join(root, name, file))
        .filter((file) => !/"durable": true|"type": "enqueue"/u.test(readFileSync(file, 'utf8'))),
    ),
  );
}

let folder: string;
let service: RunningService;

beforeAll(async () => {
  folder = writeGenerated(
    ...everyWorkflow()
      .filter((file) => !file.includes('/examples/chat/'))
      .map(planOf),
  );
  service = await startGenerated(folder, { env: { REGION: 'north', SUPPORT_REGION: 'the north', TENANT: 'tenant-1' } });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: { readonly output: unknown; readonly [key: string]: unknown };
}

async function ask(path: string, input: unknown, method = 'POST'): Promise<Answer> {
  const response = await fetch(service.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(input) }),
  });
  const body = (await response.json()) as Answer['body'];
  return { status: response.status, body };
}

describe('inputs whose schemas tools wrote', () => {
  const order = {
    tree: {
      value: 'a',
      children: [{ value: 'b', children: [{ value: 'c' }] }],
      owner: { name: 'Ada', owns: [{ value: 'd' }] },
    },
    pet: { kind: 'cat', lives: 9 },
    place: [1, 2.5],
    tags: ['x', 'y'],
    more: [['deep', [1]], { a: ['b'] }],
  };

  test('an order with a tree is read through its references', async () => {
    const output = (await outputOf('/from-pydantic', order)) as Record<string, unknown>;
    expect(output).toMatchObject({
      value: 'a',
      first: 'c',
      owner: 'Ada',
      color: 'red',
      pet: 'cat',
      lives: 9,
      spare: 'spare',
    });
    expect(output['all']).toMatchObject({ tree: { children: [{ children: [{ value: 'c', children: [] }] }] } });
  });

  test.each([
    [
      { ...order, tree: { value: 'a', children: [{ value: 'b', children: [{ value: 1 }] }] } },
      '/tree/children/0/children/0/value',
    ],
    [{ ...order, pet: { kind: 'dog', lives: 9 } }, '/pet'],
    [{ ...order, place: [1, 'b'] }, '/place/1'],
    [{ ...order, tags: ['x', 'x'] }, '/tags'],
    [{ ...order, more: [[true]] }, '/more'],
    [{ ...order, color: 'blue' }, '/color'],
  ])('what breaks a rule is refused at its place: %#', async (input, pointer) => {
    const { status, body } = await ask('/from-pydantic', input);
    expect(status).toBe(422);
    expect(body['errors']).toContainEqual(expect.objectContaining({ pointer }));
  });

  test('one of several kinds of input', async () => {
    expect(await outputOf('/from-zod', { kind: 'mail', to: 'a@b.org' })).toEqual({ kind: 'mail', to: 'a@b.org', a: 0 });
    const call = { kind: 'call', number: '+4712345678', scores: { a: 2 } };
    expect(await outputOf('/from-zod', call)).toEqual({ kind: 'call', to: 'nobody', a: 2 });
    expect((await ask('/from-zod', { ...call, to: 'a@b.org' })).status).toBe(422);
    expect((await ask('/from-zod', { kind: 'mail', to: '.a@b.org' })).status).toBe(422);
  });

  test('a rule between the names of a query', async () => {
    expect((await ask('/query?from=1&to=2', undefined, 'GET')).body.output).toEqual({ from: 1 });
    expect((await ask('/query?from=1', undefined, 'GET')).status).toBe(422);
    expect((await ask('/query?word=all', undefined, 'GET')).status).toBe(422);
  });

  test('answers that hold themselves', async () => {
    const { status } = await ask('/told', { text: 'a tree' });
    expect(status).toBe(200);
  });
});

async function outputOf(path: string, input: unknown): Promise<unknown> {
  const { status, body } = await ask(path, input);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.output;
}

test('callers find each input in the schema under the name of its workflow', async () => {
  const response = await fetch(`${service.url}/openapi.json`);
  const { components } = (await response.json()) as { components: { schemas: Record<string, unknown> } };
  const names = Object.keys(components.schemas);
  expect(names).toEqual(expect.arrayContaining(['SupportChatInput', 'ExtractOrderInput']));
  expect(names.filter((name) => name.includes('__'))).toEqual([]);
});

describe('what the tools say of the generated Python', () => {
  const ours = ['app/main.py', 'app/routes.py', 'app/workflows', 'tests'];

  test('CPython compiles it, and it is ASCII', async () => {
    await run(python, ['-W', 'error', '-m', 'compileall', '-q', 'app', 'tests'], { cwd: folder });
    for (const file of readdirSync(join(folder, 'app/workflows')).filter((name) => name.endsWith('.py'))) {
      expect(readFileSync(join(folder, 'app/workflows', file), 'utf8'), file).toMatch(/^[\t\n -~]*$/u);
    }
  });

  test('it is formatted as ruff formats it', async () => {
    const { stdout } = await run(python, ['-m', 'ruff', 'format', '--check', ...ours], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/^\d+ files already formatted/u);
  });

  test('ruff finds nothing', async () => {
    const { stdout } = await run(python, ['-m', 'ruff', 'check', '--output-format', 'concise', '.'], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toContain('All checks passed');
  });

  test('the tests that it carries pass', async () => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const { stdout } = await run(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], { cwd: folder, env }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toMatch(/\d+ passed/u);
    // Nobody knows before a run which way `two-drafts` goes, nor what `mails` draws.
    expect(stdout).toMatch(/, 3 skipped/u);
    expect(stdout).not.toMatch(/failed|error/u);
  }, 300_000);
});

describe('graphs as control flow', () => {
  test('independent chains run side by side', async () => {
    type Step = { readonly given: string; readonly began: number; readonly ended: number };
    const { left, right } = (await outputOf('/parallel-chains', {})) as { left: Step; right: Step };
    expect([left.given, right.given]).toEqual(['left_first', 'right']);
    // The second step of one chain begins while the only step of the other still runs, whatever the machine's speed.
    expect(right.began).toBeLessThan(left.began);
    expect(left.began).toBeLessThan(right.ended);
  });

  test('a fork in the arm of a fork', async () => {
    expect(await outputOf('/nested-forks', {})).toEqual([['one', 'two'], 'three_a', 'three_b']);
  });

  test('only the way taken runs, and ways that meet again go on', async () => {
    expect(await outputOf('/diamond', { a: true })).toBe('yes');
    const no = await ask('/diamond', { a: false });
    expect(no.body.output).toBe('no');
    expect(Object.keys((no.body['meta'] as { node_timings: object }).node_timings)).toEqual(['no', 'after']);
  });

  test('a step that some, not all, ways lead to', async () => {
    expect(await outputOf('/partial-join', { a: false, b: false })).toEqual({ shared: 'shared' });
    expect(await outputOf('/partial-join', { a: true, b: true })).toEqual({ shared: 'shared' });
    expect(await outputOf('/partial-join', { a: true, b: false })).toEqual({ other: 'other' });
  });

  test('an answer does not cut off work beside it', async () => {
    for (const [a, output] of [
      [true, 'first'],
      [false, 'deep'],
    ] as const) {
      const { body } = await ask('/answer-beside-work', { a });
      expect(body.output).toBe(output);
      expect(Object.keys((body['meta'] as { node_timings: object }).node_timings)).toContain('log');
    }
  });

  test('a branch in a branch', async () => {
    expect(await outputOf('/nested-conditions', { a: true, b: false })).toBe('deepest');
    expect(await outputOf('/nested-conditions', { a: true, b: true })).toBe('nothing');
    expect(await outputOf('/nested-conditions', { a: false, b: true })).toBe('nothing');
  });

  test('a function call goes its own way, in an arm of a fork', async () => {
    expect(await outputOf('/call-in-parallel', { message: 'What is the weather in the city of Leeds?' })).toMatchObject(
      {
        beside: 'beside',
        weather: expect.any(String) as string,
      },
    );
    const plain = await outputOf('/call-in-parallel', { message: 'Tell me a joke.' });
    expect(plain).toMatchObject({ weather: null, text: expect.stringMatching(/\w/u) as string });
  });
});

describe('expressions mean what the format says', () => {
  const input = { age: 21, name: 'Ada', free: [1, { a: null }], tags: ['x', 'y'], customer: { city: 'Leeds' } };

  test('with everything there', async () => {
    expect(await outputOf('/expressions', input)).toEqual({
      typed: 21,
      mixed: 'Ada is 21 of [1,{"a":null}]',
      compare: true,
      untyped: true,
      equal: true,
      not_equal: true,
      is_null: true,
      item: 'last',
      bracket: 'first',
      fallback: 'none',
      nick: 'ADA',
      first_tag: 'x',
      joined: 'x+y',
      count: 2,
      logic: false,
      city: 'Leeds',
      zip: 'unknown',
      whole: { city: 'Leeds' },
      trim: 'some text',
      json: '[{"name":"first"},{"name":"last"}]',
      round: 2.6,
      int: 42,
      float: 2.5,
      string: '21',
      last: { name: 'last' },
      braces: 'a {{ b }} c',
      region: 'north',
      zone: 'none',
      score: null,
      everything: input,
    });
  });

  test('with what is optional left out', async () => {
    expect(await outputOf('/expressions', { age: 1, name: 'Bob', free: 0 })).toMatchObject({
      mixed: 'Bob is 1 of 0',
      compare: false,
      nick: 'BOB',
      first_tag: 'no tag',
      logic: false,
      city: 'unknown',
      whole: null,
    });
  });

  test.each([
    ['in a value', { which: 'value' }, 'nodes.data.output.given.absent', 'absent', 'value'],
    ['in the middle of a text', { which: 'text' }, 'nodes.data.output.given.items[3].name', null, 'text'],
    ['in an input that was left out', { which: 'input' }, 'input.nick', 'input.nick', 'input'],
    ['in the arguments of a function', { which: 'argument' }, 'nodes.data.output.given.gone', 'gone', 'argument'],
  ])('a missing value %s names the expression, the node and the key', async (_, given, expression, key, node) => {
    const { status, body } = await ask('/missing-values', given);
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'missing_value', node });
    expect(JSON.stringify(body)).toContain(expression);
    if (key !== null) expect(body).toMatchObject({ key });
  });
});

describe('a model with tools', () => {
  test('calls the functions it needs and answers with what they gave', async () => {
    const { status, body } = await ask('/tools', {
      message: 'Where is order A-1042? Please get the order by its number.',
    });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.output).toContain('shipped');
    const { node_timings: timings } = body['meta'] as { node_timings: object };
    expect(Object.keys(timings)).toContain('get_order');
    // Asking for the call and answering with its result are two calls of the model.
    expect((body['usage'] as { prompt_tokens: number }).prompt_tokens).toBeGreaterThan(0);
  });

  test('answers at once where it needs none', async () => {
    expect(await outputOf('/tools', { message: 'Tell me a joke.' })).toMatch(/\w/u);
  });
});

describe('inputs and texts', () => {
  test('an input is checked by its schema', async () => {
    const good = { text: 'abc', whole: 4, real: 0.5, rows: [{ id: 1 }], map: { a: 1 }, choice: null, list: ['a'] };
    const { status, body } = await ask('/inputs', good, 'PUT');
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.output).toMatchObject({ row: '-', deepest: false, all: { text: 'abc', rows: [{ id: 1, note: '-' }] } });
    expect(body.output).toMatchObject({ price: 'It is 1, in JSON {"a":1}.' });
    for (const wrong of [
      { text: 'ABC' },
      { text: 'abcdef' },
      { whole: 3 },
      { whole: '4' },
      { whole: true },
      { real: 1 },
      { choice: 'c' },
      { fixed: 'y' },
      { list: [] },
      { rows: [{ id: 1, more: 2 }] },
      { map: { a: 'x' } },
      // What may be left out may not be null, where the schema does not say so.
      { flag: null },
      { list: null },
      { deep: null },
    ]) {
      expect((await ask('/inputs', { ...good, ...wrong }, 'PUT')).status, JSON.stringify(wrong)).toBe(422);
    }
  });

  test('the input of a GET is its query', async () => {
    expect((await ask('/search?q=a%26b&page=2', undefined, 'GET')).body.output).toBe('a&b on page 2');
    expect((await ask('/search?q=x&page=none', undefined, 'GET')).status).toBe(422);
  });

  test('hostile texts arrive as they were written', async () => {
    const source = JSON.parse(
      readFileSync(join(repository, 'tests/codegen/golden/hostile-texts/hostile-texts.workflow.json'), 'utf8'),
    ) as { description: string };
    const evil = source.description;
    const given = { def: 'd', __class__: 'c', 'a-b': 'ab' };
    const output = await outputOf('/hostile-texts', given);
    expect(await outputOf('/hostile-texts', { ...given, é: evil })).toMatchObject({ accent: evil });
    expect(output).toMatchObject({
      json: 3,
      model_config: 'x',
      self: 'y',
      def: 'd',
      both: 'other',
      accent: 'plain',
      function: 'ab',
    });
    expect((output as Record<string, unknown>)[evil]).toBe(evil.replace("{{ '{{' }}", '{{'));
  });
});
