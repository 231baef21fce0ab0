import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runAnswerSchema, runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const golden = join(import.meta.dirname, '../codegen/golden/sub-workflows');

let folder: string;
let service: RunningService;

beforeAll(async () => {
  folder = writeGenerated(
    ...['order-step', 'order-told', 'order-tool', 'name-clashes'].map((name) =>
      planOf(join(golden, `${name}.workflow.json`)),
    ),
  );
  service = await startGenerated(folder, { env: { SHOP_REGION: 'the north' } });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function post(path: string, input: object, accept: string): Promise<Response> {
  return fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(input),
  });
}

async function whole(path: string, input: object) {
  const response = await post(path, input, 'application/json');
  const body: unknown = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  return runAnswerSchema.parse(body);
}

async function problem(path: string, input: object): Promise<unknown> {
  const response = await post(path, input, 'application/json');
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return response.json();
}

async function stream(path: string, input: object): Promise<readonly RunEvent[]> {
  const { body } = await post(path, input, 'text/event-stream');
  if (body === null) throw new Error('The answer has no body');
  const events: RunEvent[] = [];
  for await (const { event, data } of serverSentEvents(body))
    events.push(runEventSchema.parse({ event, data: JSON.parse(data) }));
  return events;
}

const asked = { message: 'Please find the order by its number A-1042.' };

describe('a workflow as a step', () => {
  test('gives its output to the next steps, and its usage and times count', async () => {
    const { output, usage, meta } = await whole('/order-step', { message: 'Where is it?', number: 'B-7' });
    expect(output).toMatchObject({
      text: expect.stringMatching(/\w/u) as string,
      order: { number: 'B-7', status: 'shipped', text: expect.stringMatching(/\w/u) as string },
    });
    expect(Object.keys(meta.node_timings)).toEqual([
      'find_order.order',
      'find_order.describe',
      'find_order',
      'again.order',
      'again',
      'answer',
    ]);
    const { usage: alone } = await whole('/order-tool', { message: 'Hello!' });
    expect(usage.completion_tokens).toBeGreaterThan(alone.completion_tokens);
    expect(usage.cost_usd).toBeGreaterThan(0);
  });

  test('what it says is not streamed; the answer of the caller is', async () => {
    const events = await stream('/order-step', { message: 'Where is it?', number: 'B-7' });
    const nodes = events.flatMap(({ event, data }) => (event === 'token' || event === 'usage' ? [data.node] : []));
    expect(new Set(nodes)).toEqual(new Set(['answer']));
    const last = events.at(-1);
    if (last?.event !== 'done') throw new Error(`The stream ended with ${last?.event}`);
    const one = await whole('/order-step', { message: 'Where is it?', number: 'B-7' });
    expect(last.data.output).toEqual(one.output);
    expect(last.data.usage).toEqual(one.usage);
  });

  test('what it says is streamed under the name of its caller, where its stream leads to the response', async () => {
    const told = { message: 'What is a bill of lading?' };
    const events = await stream('/order-told', told);
    const tokens = events.flatMap(({ event, data }) => (event === 'token' ? [data] : []));
    expect(new Set(tokens.map(({ node }) => node))).toEqual(new Set(['explain/words']));
    expect(tokens.length).toBeGreaterThan(3);
    expect(events.find(({ event }) => event === 'usage')?.data).toMatchObject({ node: 'explain/words' });
    const last = events.at(-1);
    if (last?.event !== 'done') throw new Error(`The stream ended with ${last?.event}`);
    const text = tokens.map((token) => token.text).join('');
    const one = await whole('/order-told', told);
    expect(last.data).toMatchObject({ text, output: text, token_count: tokens.length, finish_reason: 'stop' });
    expect([one.output, one.usage]).toEqual([last.data.output, last.data.usage]);
  });

  test('clients of other languages hear it as well', async () => {
    const messages = [{ role: 'user', content: 'What is a bill of lading?' }];
    const { body } = await post('/v1/chat/completions', { model: 'orders', stream: true, messages }, '*/*');
    let chunks = 0;
    for await (const { data } of serverSentEvents(body ?? new ReadableStream()))
      if (data.includes('"content":"')) chunks += 1;
    expect(chunks).toBeGreaterThan(3);
  });

  test('an input that does not fit names the step that calls, and nothing runs', async () => {
    expect(await problem('/order-step', { message: 'Where is it?', number: 'unknown' })).toMatchObject({
      code: 'invalid_function_arguments',
      node: 'find_order',
      errors: [{ argument: 'number', detail: expect.stringContaining('pattern') as string }],
    });
  });

  test('a failing function in it names the inner node, its workflow and who called', async () => {
    expect(await problem('/order-step', { message: 'Where is it?', number: 'A-404' })).toMatchObject({
      code: 'function_failed',
      node: 'order',
      workflow: 'find-order',
      called_by: ['find_order'],
    });
  });

  test('a missing value in it names the expression there', async () => {
    expect(await problem('/order-step', { message: 'Where is it?', number: 'A-0' })).toMatchObject({
      code: 'missing_value',
      node: 'long',
      expression: 'nodes.order.output.status',
      key: 'status',
      workflow: 'find-order',
      called_by: ['find_order'],
    });
  });

  test('it has no route of its own', async () => {
    expect((await post('/find-order', { number: 'A-1' }, 'application/json')).status).toBe(404);
  });
});

test('workflows and functions that are called alike are told apart', async () => {
  const { output } = await whole('/name-clashes', { number: 'B-7' });
  expect(output).toEqual([7, 'shipped', 'other B-7', 'mine other B-7']);
});

describe('a workflow as a tool', () => {
  test('is called by the model, whose answer uses what it gave', async () => {
    const { output, meta, usage } = await whole('/order-tool', asked);
    expect(output).toContain('shipped');
    expect(Object.keys(meta.node_timings).toSorted()).toEqual(['answer', 'lookup', 'lookup.order']);
    expect(usage.prompt_tokens).toBeGreaterThan(0);
  });

  test('call, result and answer are streamed as those of any tool', async () => {
    const events = await stream('/order-tool', asked);
    const names = events.map(({ event }) => event).filter((name, index, all) => name !== all[index - 1]);
    expect(names).toEqual(['function_call_delta', 'function_call', 'usage', 'tool_result', 'token', 'usage', 'done']);
    expect(events.find(({ event }) => event === 'tool_result')?.data).toEqual({
      node: 'answer',
      id: expect.any(String) as string,
      name: 'find_order',
      result: { number: 'A-1042', status: 'shipped' },
    });
    const last = events.at(-1);
    if (last?.event !== 'done') throw new Error(`The stream ended with ${last?.event}`);
    const one = await whole('/order-tool', asked);
    expect([last.data.output, last.data.usage]).toEqual([one.output, one.usage]);
  });

  test('that it failed is told to the model, without saying how', async () => {
    const events = await stream('/order-tool', { message: 'Please find the order by its number A-404.' });
    expect(events.find(({ event }) => event === 'tool_result')?.data).toMatchObject({
      error: 'Error: The workflow find-order failed: Function failed.',
    });
    expect(events.at(-1)?.event).toBe('done');
  });
});
