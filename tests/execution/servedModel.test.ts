import { rmSync } from 'node:fs';
import { join } from 'node:path';

import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { planOf } from '../compile.ts';
import { runClient } from './clients/clients.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';

const example = join(import.meta.dirname, '../../examples/house-model/house-model.workflow.json');

let folder: string;
let service: RunningService;
let client: OpenAI;

beforeAll(async () => {
  folder = writeGenerated(planOf(example));
  service = await startGenerated(folder);
  client = new OpenAI({ apiKey: 'sk-none', baseURL: `${service.url}/v1`, maxRetries: 0 });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

const messages = [{ role: 'user' as const, content: 'When does the canteen open?' }];
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'canteen_hours',
      description: 'When the canteen opens',
      parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
    },
  },
];

test('the official SDK asks it, whole and as a stream', async () => {
  const whole = await client.chat.completions.create({ model: 'house-model', messages, metadata: { tone: 'curt' } });
  expect(whole.choices[0]?.message.content).toContain('canteen');
  const stream = client.chat.completions.stream({
    model: 'house-model',
    messages,
    metadata: { tone: 'curt' },
    stream_options: { include_usage: true },
  });
  const final = await stream.finalChatCompletion();
  expect(final.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  expect(final.usage?.total_tokens).toBe(whole.usage?.total_tokens);
});

test('clients of other makers get the same', async () => {
  const said = await runClient('openai_clients.py', `${service.url}/v1`, 'house-model');
  const text = expect.stringContaining('canteen');
  expect(JSON.parse(said)).toEqual({
    openai: { whole: text, streamed: text },
    langchain: {
      whole: text,
      streamed: text,
      chunks: expect.any(Number),
      usage: true,
      called: 'canteen_hours',
      went_on: expect.stringContaining('At seven.'),
    },
    pydantic_ai: {
      whole: expect.stringContaining('At seven.'),
      streamed: expect.stringContaining('At seven.'),
      usage: true,
    },
    pydantic_ai_responses: {
      whole: expect.stringContaining('At seven.'),
      streamed: expect.stringContaining('At seven.'),
      usage: true,
    },
  });
}, 300_000);

test('its model calls functions of the client, which goes on with what they give', async () => {
  const asked = await client.chat.completions.create({
    model: 'house-model',
    messages,
    tools,
    tool_choice: 'required',
  });
  const [choice] = asked.choices;
  expect(choice?.finish_reason).toBe('tool_calls');
  const [call] = choice?.message.tool_calls ?? [];
  if (choice === undefined || call === undefined) throw new Error('Nothing was called');
  const answered = await client.chat.completions.create({
    model: 'house-model',
    messages: [...messages, choice.message, { role: 'tool', tool_call_id: call.id, content: 'At seven.' }],
    tools,
  });
  expect(answered.choices[0]?.message.content).toContain('At seven.');
});

test('the Responses API has the same, and the list of models has it', async () => {
  const whole = await client.responses.create({ model: 'house-model', input: messages });
  expect(whole.output_text).toContain('canteen');
  const stream = client.responses.stream({ model: 'house-model', input: messages });
  expect((await stream.finalResponse()).output_text).toBe(whole.output_text);
  const listed = await client.models.list();
  expect(listed.data.map(({ id }) => id)).toEqual(['house-model']);
  await expect(client.models.retrieve('gpt-4')).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  await expect(client.embeddings.create({ model: 'house-model', input: 'hello' })).rejects.toMatchObject({
    status: 404,
    type: 'invalid_request_error',
    message: expect.stringContaining('404 POST /v1/embeddings is not served.') as string,
  });
  await expect(client.chat.completions.create({ model: 'house-model', messages: [] })).rejects.toMatchObject({
    status: 400,
    param: 'messages',
  });
});
