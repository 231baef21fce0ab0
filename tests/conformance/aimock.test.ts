import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Plan } from '../../src/core/codegen/python/index.ts';
import { runAnswerSchema, runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';

/*
 * A second fake, which none of us wrote, behind generated services: what we agree on with ourselves proves little. It
 * speaks both APIs, and its faults are its own.
 */
const apis = ['chat', 'responses'] as const;
const text = 'Bring it back within 30 days. "Quotes", ünïcödé and 😀 arrive as they are.';
const order = { product: 'lamp', quantity: 2, city: 'Leeds' };
const usage = { prompt_tokens: 21, completion_tokens: 9 };
const inBothApis = { ...usage, input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens };
const orderSchema = {
  type: 'object',
  properties: { product: { type: 'string' }, quantity: { type: 'integer' }, city: { type: 'string' } },
  required: ['product', 'quantity', 'city'],
  additionalProperties: false,
};
const toolCode = `"""Orders."""


async def get_order(number: str) -> dict[str, str]:
    """Finds an order by its number."""
    return {"number": number, "status": "shipped"}
`;

const mock = new LLMock({ port: 0 });
const temporary: string[] = [];
let service: RunningService;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'catalyst-aimock-'));
  temporary.push(made);
  return made;
}

/** A workflow with one model call at `path`; what follows the call is up to the caller. */
function workflow(
  path: string,
  config: Readonly<Record<string, unknown>>,
  more: { readonly output?: string; readonly nodes?: readonly unknown[]; readonly edges?: readonly unknown[] } = {},
): Plan {
  const file = join(folder(), 'w.workflow.json');
  const inputSchema = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };
  const nodes = [
    { id: 'start', type: 'httpEndpoint', config: { path, inputSchema } },
    { id: 'answer', type: 'openaiCompletion', config: { prompt: '{{ input.message }}', ...config } },
    { id: 'reply', type: 'response', config: { output: more.output ?? '{{ nodes.answer.output.content }}' } },
    ...(more.nodes ?? []),
  ];
  const edges = [
    { source: 'start', target: 'answer' },
    { source: 'answer', target: 'reply' },
    { source: 'answer', sourceHandle: 'stream', target: 'reply', targetHandle: 'stream' },
    ...(more.edges ?? []),
  ];
  writeFileSync(file, JSON.stringify({ version: 1, name: path.slice(1).replaceAll('/', '-'), nodes, edges }));
  return planOf(file);
}

function plansOf(api: (typeof apis)[number]): readonly Plan[] {
  const model = { model: api === 'chat' ? 'gpt-4o' : 'gpt-5.4-mini', api };
  const tool = { id: 'get_order', type: 'pythonFunction', config: { code: toolCode, function: 'get_order' } };
  const offered = { source: 'answer', sourceHandle: 'function_call', target: 'get_order', targetHandle: 'tool' };
  const schema = { type: 'json_schema', name: 'order', strict: true, schema: orderSchema };
  const parsed = '{{ nodes.answer.output.parsed }}';
  return [
    workflow(`/${api}/text`, { ...model, timeout: 5, maxRetries: 0 }),
    workflow(`/${api}/retried`, { ...model, timeout: 5, maxRetries: 1 }),
    workflow(`/${api}/tools`, model, { nodes: [tool], edges: [offered] }),
    workflow(`/${api}/json`, { ...model, responseFormat: 'json_object' }, { output: parsed }),
    workflow(`/${api}/schema`, { ...model, responseFormat: schema }, { output: parsed }),
  ];
}

beforeAll(async () => {
  const call = { name: 'get_order', arguments: '{"number":"A-1042"}' };
  mock.on({ userMessage: /order A-1042/u, hasToolResult: true }, { content: 'It is on its way.', usage: inBothApis });
  mock.onMessage(/order A-1042/u, { content: 'Let me see.', toolCalls: [call], usage: inBothApis });
  mock.onMessage(/both orders/u, { toolCalls: [call, { name: 'get_order', arguments: '{"number":"B-7"}' }] });
  mock.onMessage(/broken arguments/u, { toolCalls: [{ name: 'get_order', arguments: '{"number": ' }] });
  mock.onMessage(/lamps/u, { content: JSON.stringify(order), usage: inBothApis });
  mock.onMessage(/no JSON/u, { content: 'Two lamps, gladly.' });
  mock.onMessage(/too long/u, { content: 'And so on and', finishReason: 'length' });
  mock.onMessage(/filtered/u, { content: 'Well', finishReason: 'content_filter' });
  mock.onMessage(/limit/u, {
    error: { message: 'Slow down.', type: 'rate_limit_error', code: 'rate_limit_exceeded' },
    status: 429,
    retryAfter: 90,
  });
  mock.onMessage(/quota/u, { error: { message: 'x', code: 'insufficient_quota' }, status: 429 });
  mock.onMessage(/wrong key/u, { error: { message: 'x', code: 'invalid_api_key' }, status: 401 });
  mock.onMessage(/overloaded/u, { error: { message: 'x', type: 'server_error' }, status: 503 });
  mock.onMessage(/cut off/u, { content: text }, { chunkSize: 5, latency: 10, truncateAfterChunks: 6 });
  mock.onMessage(/malformed/u, { content: text }, { chaos: { malformedRate: 1 } });
  mock.onMessage(/dropped/u, { content: text }, { chaos: { dropRate: 1 } });
  mock.onMessage(/hung up/u, { content: text }, { chaos: { disconnectRate: 1 } });
  mock.onMessage(/in small pieces/u, { content: text, usage: inBothApis }, { chunkSize: 1 });
  mock.onMessage(/.*/u, { content: text, usage: inBothApis });
  await mock.start();
  const example = join(import.meta.dirname, '../../examples/support-chat/support-chat.workflow.json');
  const project = writeGenerated(planOf(example), ...apis.flatMap(plansOf));
  temporary.push(project);
  service = await startGenerated(project, { upstream: `${mock.url}/v1` });
});

afterAll(async () => {
  await service.stop();
  await mock.stop();
  for (const each of temporary) rmSync(each, { recursive: true });
});

async function ask(path: string, message: string, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(service.url + path, { method: 'POST', headers, body: JSON.stringify({ message }) });
}

/** The events of a stream; a problem before its first byte is the only one. */
async function stream(path: string, message: string): Promise<readonly RunEvent[]> {
  const response = await ask(path, message, 'text/event-stream');
  if (!response.ok) return [runEventSchema.parse({ event: 'error', data: await response.json() })];
  if (response.body === null) throw new Error('The answer has no body');
  const events: RunEvent[] = [];
  for await (const { event, data } of serverSentEvents(response.body)) {
    events.push(runEventSchema.parse({ event, data: JSON.parse(data) }));
  }
  return events;
}

function said(events: readonly RunEvent[]): string {
  return events.map((each) => (each.event === 'token' ? each.data.text : '')).join('');
}

test('a call along its handle goes on to the function of the workflow', async () => {
  const events = await stream('/chat', 'Where is order A-1042?');
  expect(events.find((each) => each.event === 'function_call')?.data).toMatchObject({
    arguments: { number: 'A-1042' },
  });
  expect(events.at(-1)).toMatchObject({ event: 'done', data: { output: { order: { status: 'shipped' } } } });
});

describe.each(apis)('a generated service before aimock, by %s', (api) => {
  test('answers in one piece and as a stream alike', async () => {
    const whole = runAnswerSchema.parse(await (await ask(`/${api}/text`, 'How do I return it?')).json());
    expect(whole).toMatchObject({ output: text, usage });
    const events = await stream(`/${api}/text`, 'How do I return it?');
    expect(said(events)).toBe(text);
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { text, output: text, finish_reason: 'stop', usage } });
  });

  test('puts small pieces together', async () => {
    const events = await stream(`/${api}/text`, 'Say it in small pieces.');
    expect(said(events)).toBe(text);
    expect(events.filter((each) => each.event === 'token').length).toBeGreaterThan(20);
  });

  test.each(['application/json', 'text/event-stream'])('runs a tool and tells the model, as %s', async (accept) => {
    mock.clearRequests();
    const events = accept === 'application/json' ? [] : await stream(`/${api}/tools`, 'Where is order A-1042?');
    if (events.length === 0) {
      const whole = runAnswerSchema.parse(await (await ask(`/${api}/tools`, 'Where is order A-1042?')).json());
      expect(whole).toMatchObject({ output: 'It is on its way.', usage: { prompt_tokens: 42, completion_tokens: 18 } });
    } else {
      expect(events.find((each) => each.event === 'tool_result')?.data).toMatchObject({
        name: 'get_order',
        result: { number: 'A-1042', status: 'shipped' },
      });
      expect(events.at(-1)).toMatchObject({ event: 'done', data: { output: 'It is on its way.' } });
    }
    expect(mock.getRequests()).toHaveLength(2);
  });

  test('runs two calls of one answer', async () => {
    const results = (await stream(`/${api}/tools`, 'Where are both orders?')).filter((e) => e.event === 'tool_result');
    expect(results.slice(0, 2).map((each) => each.data)).toMatchObject([
      { result: { number: 'A-1042' } },
      { result: { number: 'B-7' } },
    ]);
  });

  test('never runs a call with broken arguments', async () => {
    const events = await stream(`/${api}/tools`, 'Send broken arguments.');
    expect(events.filter((each) => each.event === 'tool_result' && 'result' in each.data)).toEqual([]);
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'invalid_tool_arguments' } });
  });

  test('parses JSON mode and JSON that fits a schema', async () => {
    for (const path of [`/${api}/json`, `/${api}/schema`]) {
      const whole = runAnswerSchema.parse(await (await ask(path, 'Two lamps to Leeds, as JSON.')).json());
      expect(whole).toMatchObject({ output: order, usage });
      const events = await stream(path, 'Two lamps to Leeds, as JSON.');
      expect(events.at(-1)).toMatchObject({ event: 'done', data: { output: order } });
      expect(events.findLast((each) => each.event === 'partial')?.data).toMatchObject({ value: order });
    }
  });

  test.each([
    ['What is the limit?', 429, 'rate_limited', true],
    ['Any quota left?', 503, 'quota_exceeded', false],
    ['Is it the wrong key?', 502, 'invalid_api_key', false],
    ['Are you overloaded?', 503, 'upstream_unavailable', true],
    ['Was it hung up?', 502, 'upstream_unreachable', true],
    ['Was it malformed?', 502, 'stream_malformed', false],
    ['Was it dropped?', 503, 'upstream_unavailable', true],
  ])('%s is an error of its own', async (message, status, code, retryable) => {
    const response = await ask(`/${api}/text`, message);
    expect(await response.json()).toMatchObject({ status, code, retryable, node: 'answer' });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(code === 'rate_limited' ? '90' : null);
    const events = await stream(`/${api}/text`, message);
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code } });
  });

  test('a filtered answer is none', async () => {
    // By Responses aimock calls it a failed response and says no more.
    const code = { chat: 'content_filtered', responses: 'stream_interrupted' }[api];
    expect(await (await ask(`/${api}/text`, 'It was filtered.')).json()).toMatchObject({ code });
    expect((await stream(`/${api}/text`, 'It was filtered.')).at(-1)).toMatchObject({ event: 'error', data: { code } });
  });

  test('a stream that is cut off ends with an error after what had arrived', async () => {
    const events = await stream(`/${api}/text`, 'It was cut off.');
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'stream_interrupted' } });
    expect(said(events)).not.toBe('');
    expect(text.startsWith(said(events))).toBe(true);
  });

  test('an answer that reached its limit says so, and is no JSON', async () => {
    const events = await stream(`/${api}/text`, 'It is too long.');
    expect(events.at(-1)).toMatchObject({ event: 'done', data: { finish_reason: 'length' } });
    const problem: unknown = await (await ask(`/${api}/json`, 'It is too long, as JSON.')).json();
    expect(problem).toMatchObject({ code: 'output_truncated' });
    expect(await (await ask(`/${api}/json`, 'That is no JSON.')).json()).toMatchObject({ code: 'invalid_json_output' });
  });

  test('tries again after an error that passes', async () => {
    mock.clearRequests();
    mock.nextRequestError(503, { message: 'x', type: 'server_error' });
    const whole = runAnswerSchema.parse(await (await ask(`/${api}/retried`, 'How do I return it?')).json());
    expect(whole.output).toBe(text);
    expect(mock.getRequests()).toHaveLength(2);
  });
});
