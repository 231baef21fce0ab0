import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runAnswerSchema, runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const examples = join(import.meta.dirname, '../../examples');

interface Timed {
  readonly atMs: number;
  readonly event: RunEvent;
}

let folder: string;
let service: RunningService;

beforeAll(async () => {
  folder = writeGenerated(planOf(join(examples, 'support-chat/support-chat.workflow.json')));
  service = await startGenerated(folder, { simulatedArgs: ['--first-token-ms', '100', '--tokens-per-second', '40'] });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function ask(message: string, accept: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${service.url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ message }),
    ...(signal && { signal }),
  });
}

/** The events of a stream as they came over the socket; each has to be of the union. */
async function stream(message: string): Promise<readonly Timed[]> {
  const started = performance.now();
  const response = await ask(message, 'text/event-stream');
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
  });
  const timed: Timed[] = [];
  if (response.body === null) throw new Error('The answer has no body');
  for await (const { event, data } of serverSentEvents(response.body)) {
    timed.push({ atMs: performance.now() - started, event: runEventSchema.parse({ event, data: JSON.parse(data) }) });
  }
  return timed;
}

function textOf(timed: readonly Timed[]): string {
  return timed.map(({ event }) => (event.event === 'token' ? event.data.text : '')).join('');
}

describe('a streamed answer', () => {
  test('tokens leave as they arrive, and one done ends it', async () => {
    const timed = await stream('How do I return a lamp?');
    const tokens = timed.filter(({ event }) => event.event === 'token');
    expect(tokens.length).toBeGreaterThan(10);
    const first = tokens[0]?.atMs ?? 0;
    const last = tokens.at(-1)?.atMs ?? 0;
    // 40 tokens a second upstream: they must not arrive in one heap at the end.
    expect(last - first).toBeGreaterThan((tokens.length - 1) * 15);
    const ends = timed.filter(({ event }) => event.event === 'done' || event.event === 'error');
    expect(ends).toHaveLength(1);
    const done = timed.at(-1)?.event;
    if (done?.event !== 'done') throw new Error(`The stream ended with ${done?.event}`);
    expect(done.data.text).toBe(textOf(timed));
    expect(done.data.output).toBe(done.data.text);
    expect(done.data.token_count).toBe(tokens.length);
    expect(done.data.finish_reason).toBe('stop');
    expect(done.data.usage.completion_tokens).toBeGreaterThan(0);
    expect(timed.filter(({ event }) => event.event === 'usage')).toHaveLength(1);
  });

  test('it equals the answer in one piece', async () => {
    const streamed = (await stream('Do you ship to Leeds?')).at(-1)?.event;
    const whole = runAnswerSchema.parse(await (await ask('Do you ship to Leeds?', 'application/json')).json());
    if (streamed?.event !== 'done') throw new Error('The stream did not end well');
    expect(whole.output).toBe(streamed.data.output);
    expect(whole.usage).toEqual(streamed.data.usage);
  });

  test('a function call goes along its handle, with the arguments parsed', async () => {
    const timed = await stream('Where is my order A-1042?');
    const calls = timed.flatMap(({ event }) => (event.event === 'function_call' ? [event.data] : []));
    expect(calls).toEqual([
      { node: 'answer', id: expect.any(String) as string, name: 'get_order', arguments: { number: 'A-1042' } },
    ]);
    const pieces = timed.flatMap(({ event }) => (event.event === 'function_call_delta' ? [event.data.arguments] : []));
    expect(JSON.parse(pieces.join(''))).toEqual({ number: 'A-1042' });
    const done = timed.at(-1)?.event;
    expect(done).toMatchObject({ event: 'done', data: { output: { order: { number: 'A-1042', status: 'shipped' } } } });
  });

  test('when the caller goes away, the run ends as cancelled', async () => {
    const took: number[] = [];
    for (let count = 0; count < 3; count += 1) {
      const controller = new AbortController();
      const response = await ask('Tell me about lamps.', 'text/event-stream', controller.signal);
      const reader = response.body?.getReader();
      await reader?.read();
      const before = service.lines.length;
      const left = performance.now();
      controller.abort();
      await expect
        .poll(() => service.lines.slice(before).find((line) => line.includes('"event":"run"')), { interval: 20 })
        .toContain('"outcome":"cancelled"');
      took.push(performance.now() - left);
    }
    // A busy machine makes single ones slower, and none faster.
    expect(Math.min(...took)).toBeLessThan(1000);
  });
});

describe('an error before the first byte', () => {
  test('is a problem object', async () => {
    const response = await fetch(`${service.url}/chat`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'invalid_input', retryable: false });
  });
});
