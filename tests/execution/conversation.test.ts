import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

/** What the model was sent, request by request. */
const sent: { readonly messages: unknown }[] = [];
const answer = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-5.4-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Blue.' }, finish_reason: 'stop' }],
});
const upstream = createServer((request, response) => void answerRequest(request, response));

async function answerRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  sent.push((await json(request)) as { messages: unknown });
  response.setHeader('content-type', 'application/json').end(answer);
}

let folder: string;
let service: RunningService;

beforeAll(async () => {
  await new Promise<void>((resolve) => void upstream.listen(0, '127.0.0.1', resolve));
  folder = writeGenerated(planOf(join(import.meta.dirname, 'history.workflow.json')));
  const { port } = upstream.address() as AddressInfo;
  service = await startGenerated(folder, { upstream: `http://127.0.0.1:${port}/v1` });
});

afterAll(async () => {
  await service.stop();
  upstream.close();
  rmSync(folder, { recursive: true });
});

async function ask(input: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  const response = await fetch(`${service.url}/chat`, { method: 'POST', headers, body: JSON.stringify(input) });
  return response.json();
}

test('a conversation of the caller stands among messages of the workflow', async () => {
  const history = [
    { role: 'user', content: 'What is above us?' },
    { role: 'assistant', content: 'The sky.' },
  ];
  expect(await ask({ message: 'Which colour?', history })).toMatchObject({ output: 'Blue.' });
  expect(await ask({ message: 'Which colour?' })).toMatchObject({ output: 'Blue.' });
  const [system, question] = [
    { role: 'system', content: 'You answer briefly.' },
    { role: 'user', content: 'Which colour?' },
  ];
  expect(sent.map(({ messages }) => messages)).toEqual([
    [system, ...history, question],
    [system, question],
  ]);
});
