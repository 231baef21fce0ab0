import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runAnswerSchema, runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';

/* A second fake, which none of us wrote, behind a generated service: what we agree on with ourselves proves little. */
const mock = new LLMock({ port: 0 });
let folder: string;
let service: RunningService;

beforeAll(async () => {
  mock.onMessage(/order A-1042/u, { toolCalls: [{ name: 'get_order', arguments: '{"number":"A-1042"}' }] });
  mock.onMessage(/e-mail|lamps/u, { content: '{"product":"lamp","quantity":2,"city":"Leeds"}' });
  mock.onMessage(/limit/u, {
    error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    status: 429,
  });
  mock.onMessage(/.*/u, { content: 'Bring it back within 30 days. "Quotes", ünïcödé and 😀 arrive as they are.' });
  await mock.start();
  const examples = join(import.meta.dirname, '../../examples');
  folder = writeGenerated(
    planOf(join(examples, 'support-chat/support-chat.workflow.json')),
    planOf(join(examples, 'extract-order/extract-order.workflow.json')),
  );
  service = await startGenerated(folder, { upstream: `${mock.url}/v1`, env: { MAX_RETRIES: '0' } });
});

afterAll(async () => {
  await service.stop();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

async function ask(path: string, input: unknown, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify(input) });
}

async function stream(message: string): Promise<readonly RunEvent[]> {
  const { body } = await ask('/chat', { message }, 'text/event-stream');
  if (body === null) throw new Error('The answer has no body');
  const events: RunEvent[] = [];
  for await (const { event, data } of serverSentEvents(body)) {
    events.push(runEventSchema.parse({ event, data: JSON.parse(data) }));
  }
  return events;
}

describe('a generated service before aimock', () => {
  const answer = 'Bring it back within 30 days. "Quotes", ünïcödé and 😀 arrive as they are.';

  test('answers in one piece and as a stream alike', async () => {
    const whole = runAnswerSchema.parse(await (await ask('/chat', { message: 'How do I return it?' })).json());
    expect(whole.output).toBe(answer);
    const events = await stream('How do I return it?');
    expect(events.map((each) => (each.event === 'token' ? each.data.text : '')).join('')).toBe(answer);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { text: answer, output: answer } });
  });

  test('follows a call that comes as tool_calls', async () => {
    const events = await stream('Where is order A-1042?');
    expect(events.find((each) => each.event === 'function_call')?.data).toMatchObject({
      arguments: { number: 'A-1042' },
    });
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { output: { order: { status: 'shipped' } } } });
  });

  test('parses JSON mode', async () => {
    const whole = runAnswerSchema.parse(await (await ask('/orders/extract', { text: 'Two lamps to Leeds.' })).json());
    expect(whole.output).toMatchObject({ order: { product: 'lamp', quantity: 2 }, city: 'Leeds' });
  });

  test('passes a rate limit on as its own', async () => {
    const response = await ask('/chat', { message: 'What is the limit?' });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ code: 'rate_limited', retryable: true, node: 'answer' });
  });
});
