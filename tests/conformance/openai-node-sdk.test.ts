// The simulated OpenAI, driven by the official SDK for Node.js over a real socket.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const PYTHON = process.env['CATALYST_TEST_PYTHON'] ?? 'python3';
const RUNTIME = fileURLToPath(new URL('../../runtime/python', import.meta.url));
const MODEL = 'gpt-4o-mini';
const WHERE: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'where is order A-1042?' }];
const GET_ORDER = {
  name: 'get_order',
  description: 'Finds an order by its number.',
  parameters: { type: 'object', required: ['number'], properties: { number: { type: 'string' } } },
};

let server: ChildProcess;
let client: OpenAI;

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('the simulated OpenAI ended before it was ready');
}

beforeAll(async () => {
  server = spawn(PYTHON, ['-m', 'tests.simulated_providers'], { cwd: RUNTIME, stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = z.object({ base_url: z.string() }).parse(JSON.parse(await firstLine(server)));
  client = new OpenAI({ apiKey: 'sk-test', baseURL: ready.base_url, maxRetries: 0 });
});

afterAll(async () => {
  server.kill();
  if (server.exitCode === null) await once(server, 'exit');
});

function withFault(fault: string) {
  return { headers: { 'x-simulated-fault': fault } };
}

function ask(body: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>, fault = 'none') {
  return client.chat.completions.create({ model: MODEL, messages: WHERE, ...body }, withFault(fault));
}

describe('answers', () => {
  test('in one piece', async () => {
    const answer = await client.chat.completions.create({
      model: MODEL,
      messages: [{ role: 'user', content: 'What is the capital of France?' }],
    });
    expect(answer.choices[0]?.message.content).toContain('What is the capital of France?');
    expect(answer.usage?.total_tokens).toBeGreaterThan(20);
    expect(answer).toHaveProperty('_request_id', expect.stringMatching(/^req_/));
  });

  test('as a stream that says the same', async () => {
    const body = { model: MODEL, messages: [{ role: 'user' as const, content: 'Say hello' }] };
    const whole = await client.chat.completions.create(body);
    const stream = await client.chat.completions.create({
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(usage).toEqual(whole.usage);
  });

  test('in JSON that fits a schema', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' }, size: { type: 'string', enum: ['small', 'large'] } },
      required: ['city', 'size'],
      additionalProperties: false,
    };
    const answer = await client.chat.completions.parse({
      model: MODEL,
      messages: [{ role: 'user', content: 'Describe the large town of Lyon' }],
      response_format: { type: 'json_schema', json_schema: { name: 'town', strict: true, schema } },
    });
    expect(answer.choices[0]?.message.parsed).toEqual({ city: 'Lyon', size: 'large' });
  });
});

describe('calls', () => {
  test('of a tool, streamed and put together by the SDK', async () => {
    const stream = client.chat.completions.stream({
      model: MODEL,
      messages: WHERE,
      tools: [{ type: 'function', function: GET_ORDER }],
    });
    const final = await stream.finalChatCompletion();
    const [call] = final.choices[0]?.message.tool_calls ?? [];
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
    expect(call).toMatchObject({ type: 'function', function: { name: 'get_order', arguments: '{"number":"A-1042"}' } });
  });

  test('of a legacy function, streamed', async () => {
    const stream = client.chat.completions.stream({ model: MODEL, messages: WHERE, functions: [GET_ORDER] });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.finish_reason).toBe('function_call');
    expect(final.choices[0]?.message.function_call).toEqual({ name: 'get_order', arguments: '{"number":"A-1042"}' });
  });

  test('run by the SDK until the answer uses the result', async () => {
    const runner = client.chat.completions.runTools({
      model: MODEL,
      messages: WHERE,
      tools: [
        {
          type: 'function',
          function: {
            ...GET_ORDER,
            parse: (text: string) => z.object({ number: z.string() }).parse(JSON.parse(text)),
            function: ({ number }: { number: string }) => JSON.stringify({ number, status: 'shipped' }),
          },
        },
      ],
    });
    expect(await runner.finalContent()).toContain('number is A-1042 and status is shipped');
  });
});

describe('errors as the SDK types them', () => {
  test.each([
    ['a wrong value', () => ask({ temperature: 3 }), OpenAI.BadRequestError, 'decimal_above_max_value'],
    ['an unknown model', () => ask({ model: 'gpt-9' }), OpenAI.NotFoundError, 'model_not_found'],
    ['a retired model', () => ask({ model: 'gpt-4-turbo-preview' }), OpenAI.NotFoundError, 'model_not_found'],
    ['a wrong key', () => ask({}, 'invalid_api_key'), OpenAI.AuthenticationError, 'invalid_api_key'],
    ['no permission', () => ask({}, 'permission_denied'), OpenAI.PermissionDeniedError, 'model_not_available'],
    ['too many requests', () => ask({}, 'rate_limited'), OpenAI.RateLimitError, 'rate_limit_exceeded'],
    ['no quota', () => ask({}, 'insufficient_quota'), OpenAI.RateLimitError, 'insufficient_quota'],
    ['a broken server', () => ask({}, 'server_error'), OpenAI.InternalServerError, null],
  ])('%s', async (_name, asked, type, code) => {
    const error: unknown = await asked().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code });
  });

  test('a connection that breaks', async () => {
    await expect(ask({}, 'reset_before_headers')).rejects.toBeInstanceOf(OpenAI.APIConnectionError);
  });

  test('an error inside a stream', async () => {
    const stream = await client.chat.completions.create(
      { model: MODEL, messages: WHERE, stream: true },
      withFault('error_in_stream'),
    );
    await expect(
      (async () => {
        for await (const chunk of stream) expect(chunk.object).toBe('chat.completion.chunk');
      })(),
    ).rejects.toBeInstanceOf(OpenAI.APIError);
  });
});

describe('the Responses API', () => {
  const tool: OpenAI.Responses.FunctionTool = { type: 'function', ...GET_ORDER, strict: null };

  test('in one piece', async () => {
    const answer = await client.responses.create({ model: 'gpt-5.4', input: 'What is the capital of France?' });
    expect(answer.output_text).toContain('What is the capital of France?');
    expect(answer.usage?.output_tokens).toBeGreaterThan(20);
    expect(answer).toHaveProperty('_request_id', expect.stringMatching(/^req_/));
  });

  test('as a stream, put together by the SDK', async () => {
    const body = { model: 'gpt-5.5', input: 'Say hello', reasoning: { summary: 'auto' as const } };
    const whole = await client.responses.create(body);
    const stream = client.responses.stream(body);
    let text = '';
    for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
    const final = await stream.finalResponse();
    expect(text).toBe(whole.output_text);
    expect(final.output_text).toBe(whole.output_text);
    expect(final.usage).toEqual(whole.usage);
    expect(final.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
  });

  test('with a tool whose result comes back', async () => {
    const stream = client.responses.stream({ model: 'gpt-5.4', input: 'where is order A-1042?', tools: [tool] });
    const first = await stream.finalResponse();
    const call = first.output.find((item) => item.type === 'function_call');
    expect(call).toMatchObject({ name: 'get_order', arguments: '{"number":"A-1042"}' });
    const answer = await client.responses.create({
      model: 'gpt-5.4',
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: '{"status":"shipped"}' }],
      tools: [tool],
    });
    expect(answer.output_text).toContain('According to get_order, status is shipped.');
  });

  test('in JSON that fits a schema', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const answer = await client.responses.parse({
      model: MODEL,
      input: 'Describe the large town of Lyon',
      text: { format: { type: 'json_schema', name: 'town', strict: true, schema } },
    });
    expect(answer.output_parsed).toEqual({ city: 'Lyon' });
  });

  test.each([
    ['a response that is not there', { previous_response_id: 'resp_1' }, 'none', 'previous_response_not_found'],
    ['an input that is too long', {}, 'input_exceeds_window', 'context_length_exceeded'],
    ['too many requests', {}, 'rate_limited', 'rate_limit_exceeded'],
  ])('refuses %s', async (_name, body, fault, code) => {
    const asked = client.responses.create({ model: MODEL, input: 'Hello', ...body }, withFault(fault));
    const error: unknown = await asked.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code });
  });

  test('an error inside a stream', async () => {
    const body = { model: MODEL, input: 'Hello', stream: true as const };
    const stream = await client.responses.create(body, withFault('error_in_stream'));
    await expect(
      (async () => {
        for await (const event of stream) expect(event.type).toMatch(/^response\./);
      })(),
    ).rejects.toBeInstanceOf(OpenAI.APIError);
  });
});

test('the models that can be asked', async () => {
  const names: string[] = [];
  for await (const model of client.models.list()) names.push(model.id);
  expect(names).toContain('gpt-5.4-mini');
  expect(names).not.toContain('gpt-4-turbo-preview');
});
