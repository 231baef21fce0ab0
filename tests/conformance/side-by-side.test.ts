import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';

/* The official Node.js SDK and a generated service before the same streams: where the SDK ends silently, it must not. */

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 };

function event(payload: unknown): string {
  return `data: ${JSON.stringify(payload)}\n\n`;
}

function chunk(delta: unknown, finishReason: string | null = null, index = 0): string {
  const choices = [{ index, delta, finish_reason: finishReason }];
  return event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices });
}

const hel = chunk({ role: 'assistant', content: 'Hel' });
const lo = chunk({ content: 'lo' });
const stop = chunk({}, 'stop');
const counted = event({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'm',
  choices: [],
  usage,
});
const done = 'data: [DONE]\n\n';
const hello = hel + lo + stop + counted + done;

/** A stream, what the SDK makes of it ("silent": as if all were well), and the service: its text, or its error's code. */
type Row = readonly [name: string, body: string, sdk: string, service: string];

const rows: readonly Row[] = [
  ['a whole stream', hello, 'Hello', 'Hello'],
  ['a clean end without finish_reason', hel + counted, 'OpenAIError', 'stream_interrupted'],
  ['[DONE] without finish_reason', hel + done, 'OpenAIError', 'stream_interrupted'],
  ['half an event at the end', hel + stop.slice(0, -2), 'OpenAIError', 'stream_interrupted'],
  ['an empty body', '', 'OpenAIError', 'stream_malformed'],
  ['HTML', '<html><body>Bad gateway</body></html>', 'OpenAIError', 'stream_malformed'],
  ['finish_reason error', hel + chunk({}, 'error') + done, 'silent', 'stream_interrupted'],
  ['content_filter', hel + chunk({}, 'content_filter') + done, 'silent', 'content_filtered'],
  ['an error event', `${hel}event: error\ndata: {"message": "boom"}\n\n`, 'OpenAIError', 'stream_interrupted'],
  ['an error object', hel + event({ error: { type: 'server_error' } }), 'APIError', 'upstream_unavailable'],
  ['malformed JSON', `${hel}data: {"choices": [}\n\n`, 'OpenAIError', 'stream_malformed'],
  ['an event without data', `event: ping\n\n${hello}`, 'OpenAIError', 'Hello'],
  ['a byte order mark', `\uFEFF${hello}`, 'Hello', 'Hello'],
  [
    'surrogates cut apart',
    chunk({ role: 'assistant', content: '\uD83D' }) + chunk({ content: '\uDE00' }) + stop + done,
    '😀',
    '😀',
  ],
  [
    'an error in vLLM’s shape',
    hel + event({ object: 'error', message: 'x', code: 400 }),
    'OpenAIError',
    'invalid_request',
  ],
  [
    'the whole answer as one event',
    event({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }] }),
    'OpenAIError',
    'Hello',
  ],
];

let upstream: Server;
let body = '';
let folder: string;
let service: RunningService;
let client: OpenAI;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
  client = new OpenAI({ apiKey: 'sk-test', baseURL: url, maxRetries: 0 });
  folder = writeGenerated(planOf(join(import.meta.dirname, '../../examples/chat/chat.workflow.json')));
  service = await startGenerated(folder, { upstream: url, env: { MAX_RETRIES: '0' } });
});

afterAll(async () => {
  await service.stop();
  upstream.close();
  rmSync(folder, { recursive: true });
});

/** The text that the SDK gives, or the name of the error that it throws. */
async function bySdk(): Promise<string> {
  try {
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    const stream = client.chat.completions.stream({ model: 'm', messages });
    return (await stream.finalChatCompletion()).choices[0]?.message.content ?? '';
  } catch (error) {
    return error instanceof Error ? error.constructor.name : String(error);
  }
}

/** The text that the service streams, or the code of its one error. */
async function byService(): Promise<string> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
  const response = await fetch(`${service.url}/chat`, { method: 'POST', headers, body: '{"message": "Hello"}' });
  if (!response.ok) return ((await response.json()) as { readonly code: string }).code;
  if (response.body === null) throw new Error('The answer has no body');
  const events: RunEvent[] = [];
  for await (const { event: name, data } of serverSentEvents(response.body)) {
    events.push(runEventSchema.parse({ event: name, data: JSON.parse(data) }));
  }
  expect(events.filter((each) => each.event === 'done' || each.event === 'error')).toEqual([events.at(-1)]);
  const last = events.at(-1);
  if (last?.event === 'error') return last.data.code;
  return events.map((each) => (each.event === 'token' ? each.data.text : '')).join('');
}

test.each(rows)('%s', async (_, stream, sdk, expected) => {
  body = stream;
  const got = await bySdk();
  expect(await byService()).toBe(expected);
  expect(sdk === 'silent' ? !got.endsWith('Error') && got !== expected : got === sdk, got).toBe(true);
});
