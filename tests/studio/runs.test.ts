import { cp, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { projectHash } from '../../src/host/projectHash.ts';
import { examples, User } from '../cli/catalyst.ts';
import { proxyFor } from '../../src/studio/server/runs/recorder/proxy.ts';
import { readAnswer } from '../../src/studio/server/runs/wire/index.ts';
import { filesBelow, ofKind, RunsStudio, stateOf, textOf } from './runsStudio.ts';

let studio: RunsStudio;
let chat: string;
let support: string;
const [chatFile, supportFile] = ['chat.workflow.json', 'support-chat.workflow.json'];
const fast = { firstTokenMs: 0, tokensPerSecond: 100_000 };

beforeAll(async () => {
  studio = await RunsStudio.open();
  chat = await readFile(join(examples, 'chat', chatFile), 'utf8');
  support = await readFile(join(examples, 'support-chat', supportFile), 'utf8');
  await studio.write(chatFile, chat);
  await cp(join(examples, 'support-chat'), studio.folder, { recursive: true });
});

afterAll(async () => studio.remove());

/** A server that stands for a model, until the test has ended. */
async function serveModel(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/custom/v1`;
}

async function openStudio(env: NodeJS.ProcessEnv): Promise<RunsStudio> {
  const opened = await RunsStudio.open(env);
  onTestFinished(async () => opened.remove());
  await opened.write(chatFile, chat);
  return opened;
}

function chunk(content: string): string {
  return `data: ${JSON.stringify({ id: 'c', model: 'gpt-5.4-mini', choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

const lastChunks =
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\ndata: [DONE]\n\n';

test('a run is streamed, seen node by node, recorded, and of the project that build writes', async () => {
  const run = await studio.start({ file: chatFile, text: chat, input: { message: 'Hi' } });
  await studio.ended(run);
  const updates = studio.updates(run);
  expect(stateOf(updates)).toMatchObject({ state: 'done' });
  expect(textOf(updates)).toContain('You asked: "Hi"');
  expect(ofKind(updates, 'node_started').map(({ node }) => node)).toEqual(['ask', 'answer', 'reply']);
  expect(ofKind(updates, 'node_ended')).toMatchObject([
    { node: 'ask', outcome: 'done', value: { message: 'Hi' } },
    { node: 'answer', outcome: 'done', value: { content: textOf(updates) } },
    { node: 'reply', outcome: 'done', value: textOf(updates) },
  ]);
  const calls = ofKind(updates, 'call').map(({ call }) => call);
  expect(calls.map(({ status }) => status)).toEqual([undefined, 200, 200]);
  expect(calls.at(-1)).toMatchObject({ node: 'answer', path: '/v1/chat/completions', answeredBy: 'simulated' });
  expect(calls.at(-1)?.request).toMatchObject({ model: 'gpt-5.4-mini', stream: true });
  expect(calls.at(-1)?.answer).toContain('data: [DONE]');

  const user = await User.create();
  await user.catalyst('build', join(studio.folder, chatFile), '--out', 'built');
  const kept = await studio.runs.handlers.run({ run });
  expect(kept).toMatchObject({ id: run, state: 'done', answeredBy: 'simulated', file: chatFile, text: chat });
  expect(kept.projectHash).toBe(projectHash(await filesBelow(join(user.folder, 'built'))));
  expect(kept.output).toBe(textOf(updates));
  expect(kept.usage?.total_tokens).toBeGreaterThan(0);
});

test('an answer in one piece and a problem are told as what they are', async () => {
  const whole = await studio.run({ file: chatFile, text: chat, input: { message: 'Hi' }, stream: false });
  expect(ofKind(whole, 'event')).toMatchObject([{ event: 'answer', data: { output: expect.stringContaining('Hi') } }]);
  expect(ofKind(whole, 'answer')).toMatchObject([{ status: 200 }]);
  const refused = await studio.run({ file: chatFile, text: chat, input: { message: 7 } });
  expect(ofKind(refused, 'answer')).toMatchObject([{ status: 422 }]);
  expect(ofKind(refused, 'event')).toMatchObject([{ event: 'error', data: { code: 'invalid_input' } }]);
  expect(stateOf(refused)).toMatchObject({ state: 'failed', note: expect.any(String) });
});

test('several runs go on side by side, and their tokens come one by one', async () => {
  const first = await studio.start({ file: chatFile, text: chat, input: { message: 'Hi' } });
  await studio.until(() => ofKind(studio.updates(first), 'event').length > 0);
  await studio.runs.handlers.setSimulator({ firstTokenMs: 20, tokensPerSecond: 100 });
  const all = await Promise.all(
    ['one', 'two', 'three'].map(async (message) => studio.start({ file: chatFile, text: chat, input: { message } })),
  );
  await Promise.all(all.map(async (run) => studio.ended(run)));
  for (const run of all) {
    const seen = studio.events.flatMap((event) =>
      event.type === 'run' && event.run === run && event.update.kind === 'event' && event.update.event === 'token'
        ? [event.seenAt]
        : [],
    );
    expect(seen.length).toBeGreaterThan(20);
    // Held back, they would come in one or two batches; a busy machine makes more of them.
    expect(new Set(seen.map((at) => Math.floor(at / 5))).size).toBeGreaterThan(5);
  }
  await studio.runs.handlers.setSimulator(fast);
});

test('a fault is a switch, and an unknown one is refused', async () => {
  await studio.runs.handlers.setSimulator({ ...fast, fault: 'server_error' });
  const failed = await studio.run({
    file: chatFile,
    text: chat.replace('"maxTokens"', '"maxRetries": 0, "maxTokens"'),
    input: { message: 'Hi' },
  });
  await studio.runs.handlers.setSimulator(fast);
  expect(stateOf(failed)).toMatchObject({ state: 'failed' });
  expect(ofKind(failed, 'failed')).toMatchObject([{ node: 'answer' }]);
  await expect(studio.runs.handlers.setSimulator({ ...fast, fault: 'no such thing' })).rejects.toMatchObject({
    refusal: { code: 'fault_unknown' },
  });
});

test('stopping closes the call upstream, and what was seen until then is kept', async () => {
  let closedAt = 0;
  const url = await serveModel((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write(chunk('word ')), 20);
    response.once('close', () => {
      clearInterval(timer);
      closedAt = performance.now();
    });
  });
  const own = await openStudio({ OPENAI_BASE_URL: url });
  const run = await own.start({ file: chatFile, text: chat, input: { message: 'Hi' } });
  await own.until(() => textOf(own.updates(run)).length > 20);
  const stopped = performance.now();
  await own.runs.handlers.stopRun({ run });
  await own.ended(run);
  await own.until(() => closedAt > 0);
  expect(closedAt - stopped).toBeLessThan(1000);
  expect(stateOf(own.updates(run))).toMatchObject({ state: 'cancelled' });
  expect(ofKind(own.updates(run), 'call').at(-1)?.call).toMatchObject({ isCancelled: true, answeredBy: 'model' });
  expect((await own.runs.handlers.run({ run })).state).toBe('cancelled');
});

test('a server of the operator is asked with the key, which no page and no record has', async () => {
  const secret = 'sk-very-secret-0123456789';
  const asked: IncomingMessage[] = [];
  const url = await serveModel((request, response) => {
    asked.push(request);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const pieces = [
      'your key is',
      ` ${secret}, friend, `,
      'in pieces ',
      secret.slice(0, 7),
      secret.slice(7, 9),
      `${secret.slice(9)}.`,
    ];
    response.end(pieces.map((piece) => chunk(piece)).join('') + lastChunks);
  });
  const own = await openStudio({ OPENAI_BASE_URL: url, OPENAI_API_KEY: secret });
  expect(await own.runs.handlers.modelServer({ file: chatFile })).toMatchObject({
    kind: 'custom',
    answerers: [{ provider: 'OpenAI', kind: 'custom' }],
    secrets: { OPENAI_API_KEY: true },
  });
  const headers = { authorization: `Bearer ${secret}`, 'x-tenant': 'one' };
  const run = await own.start({ file: chatFile, text: chat, input: { message: `I am ${secret}` }, headers });
  await own.ended(run);
  expect(asked.map(({ url: path }) => path)).toEqual(['/custom/v1/chat/completions']);
  expect(asked[0]?.headers.authorization).toBe(`Bearer ${secret}`);
  expect(Object.keys(asked[0]?.headers ?? {}).filter((name) => name.startsWith('x-studio'))).toEqual([]);
  const masked = 'your key is •••, friend, in pieces •••.';
  expect(textOf(own.updates(run))).toBe(masked);
  const kept = await own.runs.handlers.run({ run });
  expect(textOf(kept.updates)).toBe(masked);
  const { path, answer } = ofKind(kept.updates, 'call').at(-1)?.call ?? {};
  expect(readAnswer(path ?? '', 200, answer ?? '')).toMatchObject({ content: masked });
  expect(kept.headers).toEqual({ 'x-tenant': 'one' });
  expect(kept).toMatchObject({ answeredBy: 'custom', answerers: [{ provider: 'OpenAI', kind: 'custom' }] });
  expect(ofKind(kept.updates, 'call').at(-1)?.call).toMatchObject({ answeredBy: 'model', provider: 'OpenAI' });
  expect(JSON.stringify([own.events, kept])).not.toContain(secret);
});

test('each provider is named with who answers for it', async () => {
  const own = await openStudio({ OPENAI_API_KEY: 'sk-never-sent-0123456789' });
  const nodes = [
    '{ "id": "more", "type": "anthropicCompletion", "config": { "model": "claude-opus-5-5", "prompt": "{{ input.message }}" } },',
  ];
  const text = chat
    .replace('"nodes": [', `"nodes": [${nodes.join()}`)
    .replace('"edges": [', '"edges": [{ "source": "ask", "target": "more" }, { "source": "more", "target": "reply" },');
  await own.write(chatFile, text);
  const { kind, answerers, secrets } = await own.runs.handlers.modelServer({ file: chatFile });
  expect(kind).toBe('provider');
  expect(answerers.toSorted((a, b) => (a.provider < b.provider ? -1 : 1))).toEqual([
    { provider: 'Anthropic', kind: 'simulated' },
    { provider: 'OpenAI', kind: 'provider' },
  ]);
  expect(secrets).toEqual({ OPENAI_API_KEY: true, ANTHROPIC_API_KEY: false });
});

test('a proxy of the operator is asked for the server, and never for what is on this machine', async () => {
  const asked: string[] = [];
  const proxy = await serveModel((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(chunk(`by ${request.headers['proxy-authorization'] ?? 'nobody'}`) + lastChunks);
  });
  const own = await openStudio({
    OPENAI_BASE_URL: 'http://models.invalid:8080/v1',
    HTTP_PROXY: proxy.replace('//', '//me:pass%20word@').replace(/\/custom.*/, ''),
  });
  const updates = await own.run({ file: chatFile, text: chat, input: { message: 'Hi' } });
  expect(asked).toEqual(['http://models.invalid:8080/v1/chat/completions']);
  expect(textOf(updates)).toBe(`by Basic ${Buffer.from('me:pass word').toString('base64')}`);
});

test('a proxy of the operator is not asked for the simulated providers', async () => {
  const own = await openStudio({ HTTP_PROXY: 'http://127.0.0.1:9' });
  expect(stateOf(await own.run({ file: chatFile, text: chat, input: { message: 'Hi' } }))).toMatchObject({
    state: 'done',
  });
});

// The service itself is held against the providers' SDKs: runtime/python/tests/test_http_origin.py
test.each([
  ['', 'localhost', false],
  ['*', 'localhost', true],
  ['127.0.0.1', '127.0.0.1', true],
  ['127.0.0.1', 'localhost', false],
  ['127.0.0.0/8, ::1', '127.9.9.9', true],
  ['10.1.2.3/8', '11.0.0.1', false],
  ['10.0.0.0/99', '10.0.0.1', false],
  ['[::1]', '[::1]', true],
  ['fd00::/8', '[fd00::7]', true],
  ['example.com', 'models.example.com', true],
  ['*.Example.com', 'models.example.com', true],
  ['*.example.com', 'example.com', false],
  ['wwwexample.com', 'example.com', false],
  ['127.0.0.1:8080', '127.0.0.1', true],
])('NO_PROXY=%s leaves out %s: %s', (noProxy, host, isLeftOut) => {
  const proxy = proxyFor(new URL(`http://${host}:8080/v1`), { HTTP_PROXY: 'proxy:3128', NO_PROXY: noProxy });
  expect(proxy === undefined).toBe(isLeftOut);
});

test('an address where nobody answers is named', async () => {
  const own = await openStudio({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', MAX_RETRIES: '0' });
  const updates = await own.run({ file: chatFile, text: chat, input: { message: 'Hi' } });
  expect(ofKind(updates, 'note').map(({ text }) => text)).toEqual(['127.0.0.1:9 cannot be reached: ECONNREFUSED.']);
  expect(ofKind(updates, 'event').at(-1)).toMatchObject({ event: 'error', data: { code: 'upstream_unreachable' } });
  expect(stateOf(updates)).toMatchObject({ state: 'failed' });
});

test('what cannot be run is refused before anything is started', async () => {
  const refusalOf = async (body: Partial<Parameters<RunsStudio['start']>[0]>): Promise<unknown> =>
    studio.start({ file: chatFile, text: chat, input: {}, ...body }).catch((error: unknown) => error);
  expect(await refusalOf({ text: chat.replaceAll('"openaiCompletion"', '"teapot"') })).toMatchObject({
    status: 422,
    refusal: { code: 'workflow_errors', message: expect.stringContaining('teapot') },
  });
  expect(await refusalOf({ stopAfter: 'nowhere' })).toMatchObject({ refusal: { code: 'node_unknown' } });
  expect(await refusalOf({ headers: { host: 'x' } })).toMatchObject({ refusal: { code: 'invalid_header' } });
  expect(await refusalOf({ headers: { 'a b': 'x' } })).toMatchObject({ refusal: { code: 'invalid_header' } });
  expect(await refusalOf({ replay: { run: 'none' } })).toMatchObject({ status: 404 });
  const file = { file: supportFile, text: support };
  expect(await refusalOf(file)).toMatchObject({ status: 403, refusal: { code: 'trust_needed' } });
  expect(await studio.runs.handlers.askedTrust(file)).toMatchObject({
    python: [{ node: 'get_order', file: 'functions/orders.py', code: expect.stringContaining('def get_order') }],
  });
  await studio.runs.handlers.trust(file);
  expect(await studio.runs.handlers.askedTrust(file)).toEqual({ python: [] });
  const updates = await studio.run({ ...file, input: { message: 'Where is order A-1042?' } });
  expect(stateOf(updates)).toMatchObject({ state: 'done' });
});

test('a missing Python is said in its own words, and the next run may find one', async () => {
  const own = await openStudio({ CATALYST_PYTHON: '/nowhere/python3' });
  const updates = await own.run({ file: chatFile, text: chat, input: { message: 'Hi' } });
  expect(stateOf(updates)).toMatchObject({ state: 'failed', note: expect.any(String), hint: expect.any(String) });
  expect(own.events.filter(({ type }) => type === 'machine')).toMatchObject([
    { machine: { python: { state: 'missing', message: stateOf(updates)?.note } } },
  ]);
});

test('a service that is killed from outside ends its run clearly, and the next run has a new one', async () => {
  await studio.runs.handlers.setSimulator({ firstTokenMs: 20_000, tokensPerSecond: 10 });
  const run = await studio.start({ file: chatFile, text: chat, input: { message: 'Hi' } });
  await studio.until(() => ofKind(studio.updates(run), 'call').length > 0);
  await studio.killServices();
  await studio.ended(run);
  expect(stateOf(studio.updates(run))).toMatchObject({ state: 'failed', note: expect.stringMatching(/service ended/) });
  await studio.runs.handlers.setSimulator(fast);
  const next = await studio.run({ file: chatFile, text: chat, input: { message: 'Hi' } });
  expect(stateOf(next)).toMatchObject({ state: 'done' });
});

test('without the observer a run goes on as fast as without a Studio, and its calls are still recorded', async () => {
  const updates = await studio.run({ file: chatFile, text: chat, input: { message: 'Hi' }, observe: false });
  expect(stateOf(updates)).toMatchObject({ state: 'done' });
  expect(ofKind(updates, 'node_ended')).toEqual([]);
  expect(ofKind(updates, 'call').at(-1)?.call).toMatchObject({ node: 'answer', status: 200 });
});

test('closing ends every process', async () => {
  const own = await openStudio({});
  await own.run({ file: chatFile, text: chat, input: { message: 'Hi' } });
  const running = await own.servicePids();
  expect(running.length).toBe(2);
  await own.close();
  await expect.poll(async () => own.servicePids()).toEqual([]);
});
