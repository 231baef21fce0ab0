import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { runEventSchema, type RunEvent } from '../../src/core/events.ts';
import { serverSentEvents } from '../../src/host/serverSentEvents.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const annotation = { type: 'url_citation', url_citation: { url: 'https://example.com/sky', title: 'Sky' } };
const citations = ['https://example.com/sky'];
const deltas = [
  { role: 'assistant', content: '<think>The s' },
  { content: 'ky.</think>' },
  { content: '\n\nBlue' },
  { content: '.' },
  { content: '', annotations: [annotation] },
];
const chunks = [
  ...deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], citations },
].map((chunk) => JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'm', ...chunk }));

const upstream = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'text/event-stream');
    response.end([...chunks, '[DONE]'].map((chunk) => `data: ${chunk}\n\n`).join(''));
  });
});

let folder: string;
let service: RunningService;

beforeAll(async () => {
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  folder = writeGenerated(planOf(join(import.meta.dirname, 'sources.workflow.json')));
  const { port } = upstream.address() as AddressInfo;
  service = await startGenerated(folder, { upstream: `http://127.0.0.1:${port}/v1` });
});

afterAll(async () => {
  await service.stop();
  upstream.close();
  rmSync(folder, { recursive: true });
});

test('what the model thinks and what it cites are events of their own, and in the result', async () => {
  const response = await fetch(`${service.url}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ message: 'Which colour has the sky?' }),
  });
  const events: RunEvent[] = [];
  for await (const { event, data } of serverSentEvents(response.body ?? new ReadableStream()))
    events.push(runEventSchema.parse({ event, data: JSON.parse(data) }));
  const [thoughts, texts] = (['reasoning', 'token'] as const).map((name) =>
    events.flatMap(({ event, data }) => (event === name ? [data.text] : [])).join(''),
  );
  expect({ thoughts, texts }).toEqual({ thoughts: 'The sky.', texts: 'Blue.' });
  expect(events.filter(({ event }) => event === 'annotations').map(({ data }) => data)).toEqual([
    { node: 'answer', annotations: [annotation], extras: { citations } },
  ]);
  expect(events.at(-1)).toMatchObject({
    event: 'done',
    data: { text: 'Blue.', output: { text: 'Blue.', thought: 'The sky.', annotations: [annotation], citations } },
  });
});
