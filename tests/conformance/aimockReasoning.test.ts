import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';

import { writeGenerated, startGenerated, type RunningService } from '../execution/generatedProject.ts';
import { planOf } from '../compile.ts';

/* What a reasoning model of the Responses API thought, from a fake that none of us wrote, and what goes back to it. */
const mock = new LLMock({ port: 0 });
const sent: unknown[] = [];
const received: string[] = [];
let recorder: Server;
let folder: string;
let service: RunningService;

beforeAll(async () => {
  mock.on({ userMessage: /order A-1042/u, hasToolResult: true }, { content: 'It is on its way.' });
  mock.on(
    { userMessage: /order A-1042/u },
    {
      toolCalls: [
        { name: 'get_order', arguments: '{"number":"A-1042"}' },
        { name: 'get_weather', arguments: '{"city":"Leeds"}' },
      ],
      reasoning: 'The order has to be looked up.',
    },
  );
  await mock.start();
  recorder = await recordBefore(`${mock.url}/v1`);
  folder = writeGenerated(planOf(join(import.meta.dirname, 'reasoning.workflow.json')));
  service = await startGenerated(folder, { upstream: addressOf(recorder) });
});

afterAll(async () => {
  await service.stop();
  recorder.close();
  await mock.stop();
  rmSync(folder, { recursive: true });
});

/** A server that passes everything on and keeps what was said on both sides. */
async function recordBefore(upstream: string): Promise<Server> {
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      sent.push(JSON.parse(body.toString()));
      const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
      const answer = await fetch(`${upstream}${request.url}`, { method: 'POST', headers, body });
      const text = await answer.text();
      received.push(text);
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(text);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return `http://127.0.0.1:${address.port}`;
}

const item = z.looseObject({ type: z.string().optional() });
const requestBody = z.looseObject({ store: z.boolean(), include: z.array(z.string()), input: z.array(item) });
const responseBody = z.looseObject({ output: z.array(item) });

/** The output items of an answer, whole or as events. */
function outputOf(text: string): readonly z.infer<typeof item>[] {
  if (text.startsWith('{')) return responseBody.parse(JSON.parse(text)).output;
  const terminal = /^data: (\{"type":"response\.completed".*)$/mu.exec(text)?.[1];
  return z.looseObject({ response: responseBody }).parse(JSON.parse(terminal ?? '')).response.output;
}

describe('a generated service before aimock, over the Responses API', () => {
  test.each(['application/json', 'text/event-stream'])('sends reasoning back with its calls: %s', async (accept) => {
    sent.length = received.length = 0;
    const response = await fetch(`${service.url}/agent`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ message: 'Where is order A-1042?' }),
    });
    expect(await response.text()).toContain('It is on its way.');
    expect(sent).toHaveLength(2);
    const [first, second] = sent.map((body) => requestBody.parse(body));
    expect(first).toMatchObject({ store: false, include: ['reasoning.encrypted_content'] });
    const items = outputOf(received[0] ?? '');
    expect(items.map(({ type }) => type)).toEqual(['reasoning', 'function_call', 'function_call']);
    expect(items[0]).toHaveProperty('encrypted_content');
    expect(second?.input.slice(1, 4)).toEqual(items);
    expect(second?.input.slice(4).map(({ type }) => type)).toEqual(['function_call_output', 'function_call_output']);
  });
});
