import { afterAll, beforeAll, expect, test } from 'vitest';

import { ofKind, RunsStudio, stateOf } from './runsStudio.ts';

let studio: RunsStudio;

beforeAll(async () => {
  studio = await RunsStudio.open();
});

afterAll(async () => studio.remove());

interface Drawn {
  readonly trigger: string;
  readonly config: object;
  readonly output: unknown;
  readonly steps?: readonly object[];
}

async function draw(name: string, { trigger, config, output, steps = [] }: Drawn) {
  const ask = { id: 'ask', type: trigger, config: { path: `/${name}`, ...config } };
  const nodes = [ask, ...steps, { id: 'reply', type: 'response', config: { output } }] as { readonly id: string }[];
  const edges = nodes.slice(1).map(({ id }, index) => ({ source: nodes[index]?.id, target: id }));
  const text = JSON.stringify({ version: 1, name, nodes, edges });
  const file = `${name}.workflow.json`;
  await studio.write(file, text);
  return { file, text };
}

const message = { type: 'object', required: ['message'], properties: { message: { type: 'string' } } };

test('a guarded workflow lets the Studio in, its limit is met as callers meet it, and the next run is let in again', async () => {
  const auth = { kind: 'bearer', scopes: ['chat'] };
  const rateLimit = { minute: { requests: 1 } };
  const guarded = await draw('guarded', {
    trigger: 'httpEndpoint',
    config: { auth, rateLimit, inputSchema: message },
    output: '{{ caller.name }} says {{ input.message }}',
  });
  const ask = async (headers = {}) => studio.run({ ...guarded, input: { message: 'Hi' }, headers });
  const first = await ask();
  expect(stateOf(first)).toMatchObject({ state: 'done' });
  expect(ofKind(first, 'node_ended').at(-1)).toMatchObject({ node: 'reply', value: 'developer says Hi' });
  const limited = await ask();
  expect(ofKind(limited, 'answer')).toMatchObject([{ status: 429 }]);
  expect(
    ofKind(limited, 'note')
      .map(({ text }) => text)
      .join(),
  ).toContain('limit of the workflow');
  expect(stateOf(await ask())).toMatchObject({ state: 'done' });
  // A header of one's own goes before.
  expect(ofKind(await ask({ Authorization: 'Bearer forged' }), 'answer')).toMatchObject([{ status: 401 }]);
});

test('a webhook is signed, and followed to its end though its answer comes at once; it can be stopped, and run again', async () => {
  const hook = await draw('hook', {
    trigger: 'webhookReceiver',
    config: {
      service: 'github',
      events: ['issues'],
      inputSchema: { type: 'object', properties: { wait: { type: 'number' } } },
    },
    steps: [{ id: 'pause', type: 'delay', config: { seconds: '{{ input.wait }}' } }],
    output: '{{ caller.event }}',
  });
  const input = { wait: 0.2 };
  for (const again of [1, 2]) {
    const told = await studio.run({ ...hook, input });
    expect({ again, answers: ofKind(told, 'answer') }).toMatchObject({ again, answers: [{ status: 202 }] });
    expect(stateOf(told)).toMatchObject({ state: 'done' });
    expect(ofKind(told, 'node_ended').map(({ node }) => node)).toEqual(['ask', 'pause', 'reply']);
    expect(ofKind(told, 'node_ended').at(-1)).toMatchObject({ value: 'issues' });
  }
  const run = await studio.start({ ...hook, input: { wait: 60 } });
  await studio.until(() => ofKind(studio.updates(run), 'node_started').some(({ node }) => node === 'pause'));
  await studio.runs.handlers.stopRun({ run });
  await studio.ended(run);
  expect(stateOf(studio.updates(run))).toMatchObject({ state: 'cancelled' });
  expect(ofKind(studio.updates(run), 'node_ended').at(-1)).toMatchObject({ node: 'pause', outcome: 'cancelled' });
});

test('forms are sent as forms, and their files as files', async () => {
  const form = await draw('receipts', {
    trigger: 'httpEndpoint',
    config: {
      body: 'multipart',
      files: [{ name: 'photo', contentTypes: ['text/plain'] }],
      inputSchema: { type: 'object', required: ['amount'], properties: { amount: { type: 'number' } } },
    },
    output: { name: '{{ input.photo.name }}', text: '{{ input.photo.text }}', amount: '{{ input.amount }}' },
  });
  const photo = { name: 'note.txt', type: 'text/plain', base64: Buffer.from('Six lamps').toString('base64') };
  const told = await studio.run({ ...form, input: { amount: 7.5, photo } });
  expect(ofKind(told, 'node_ended').at(-1)).toMatchObject({
    node: 'reply',
    value: { name: 'note.txt', text: 'Six lamps', amount: 7.5 },
  });
});

test('a workflow that is a model and a tool is asked as them, and seen node by node', async () => {
  const served = await draw('served', {
    trigger: 'httpEndpoint',
    config: { openai: { model: 'house' }, mcp: { tool: 'ask_house', description: 'Asks.' }, inputSchema: message },
    output: 'You said {{ input.message }}',
  });
  const input = { message: 'Hi' };
  const streamed = await studio.run({ ...served, input, way: 'openai' });
  expect(stateOf(streamed)).toMatchObject({ state: 'done' });
  const said = ofKind(streamed, 'event').flatMap(({ data }) => {
    const { choices = [] } = data as { choices?: readonly { delta: { content?: string | null } }[] };
    return choices.map(({ delta }) => delta.content ?? '');
  });
  expect(said.join('')).toBe('You said Hi');
  const whole = await studio.run({ ...served, input, way: 'openai', stream: false });
  expect(ofKind(whole, 'event')).toMatchObject([{ data: { choices: [{ message: { content: 'You said Hi' } }] } }]);
  const called = await studio.run({ ...served, input, way: 'mcp' });
  expect(ofKind(called, 'event')).toMatchObject([
    { data: { result: { structuredContent: { result: 'You said Hi' } } } },
  ]);
  for (const told of [streamed, whole, called])
    expect(ofKind(told, 'node_ended').at(-1)).toMatchObject({ node: 'reply', value: 'You said Hi' });
  const misfit = await studio.run({ ...served, input: { message: 7 }, way: 'mcp' });
  expect(stateOf(misfit)).toMatchObject({ state: 'failed', note: expect.stringContaining('message') });
});

test('a conversation goes over one WebSocket, which remembers; a run is stopped by a message, and the next goes on there', async () => {
  const history = { type: 'array', items: { type: 'object' }, default: [] };
  const { properties } = message;
  const talk = await draw('talk', {
    trigger: 'websocketEndpoint',
    config: {
      conversation: { maxMessages: 4 },
      auth: { kind: 'apiKey' },
      inputSchema: { ...message, properties: { ...properties, wait: { type: 'number', default: 0 }, history } },
    },
    steps: [{ id: 'pause', type: 'delay', config: { seconds: '{{ input.wait }}' } }],
    output: 'After {{ input.history | length }} messages: {{ input.message }}',
  });
  const asked = { ...talk, way: 'websocket', connection: 'one' } as const;
  const first = await studio.run({ ...asked, input: { message: 'Hi' } });
  expect(ofKind(first, 'answer')).toMatchObject([{ status: 101 }]);
  expect(ofKind(first, 'said')).toMatchObject([{ message: { type: 'run', input: { message: 'Hi' } } }]);
  expect(ofKind(first, 'event').at(-1)).toMatchObject({ event: 'done', data: { output: 'After 0 messages: Hi' } });
  expect(ofKind(first, 'node_ended').map(({ node }) => node)).toEqual(['ask', 'pause', 'reply']);

  const waiting = await studio.start({ ...asked, input: { message: 'Wait', wait: 60 } });
  await studio.until(() => ofKind(studio.updates(waiting), 'node_started').some(({ node }) => node === 'pause'));
  await studio.runs.handlers.stopRun({ run: waiting });
  await studio.ended(waiting);
  expect(ofKind(studio.updates(waiting), 'said').at(-1)).toMatchObject({ message: { type: 'stop', id: waiting } });
  expect(ofKind(studio.updates(waiting), 'event')).toMatchObject([{ event: 'error', data: { code: 'cancelled' } }]);
  expect(stateOf(studio.updates(waiting))).toMatchObject({ state: 'cancelled' });

  const half = await studio.run({ ...asked, input: { message: 'Half' }, stopAfter: 'pause' });
  expect(stateOf(half)).toMatchObject({ state: 'done', note: expect.stringContaining('pause') });
  // What was said before is the connection's to know, whatever the page has kept of it; that is what a replay is told.
  const again = await studio.start({ ...asked, input: { message: 'And now?', history: [{ role: 'user' }] } });
  await studio.ended(again);
  expect(ofKind(studio.updates(again), 'said')).toMatchObject([{ message: { input: { message: 'And now?' } } }]);
  const { input, output } = await studio.runs.handlers.run({ run: again });
  expect(output).toBe('After 2 messages: And now?');
  expect(input).toMatchObject({ history: [{ content: 'Hi' }, { content: 'After 0 messages: Hi' }] });

  const other = await studio.run({ ...asked, connection: 'other', input: { message: 'Hm', history: [{}] } });
  expect(ofKind(other, 'event').at(-1)).toMatchObject({ data: { output: 'After 0 messages: Hm' } });
  expect(ofKind(other, 'note').map(({ text }) => text)).toEqual([expect.stringContaining('connection is new')]);
  const misfit = await studio.run({ ...asked, input: { message: 7 } });
  expect(stateOf(misfit)).toMatchObject({ state: 'failed', note: expect.stringContaining('does not fit') });
  const refused = await studio.run({ ...asked, input: { message: 'Hi' }, headers: { Authorization: 'Bearer forged' } });
  expect(ofKind(refused, 'answer')).toMatchObject([{ status: 401 }]);
  expect(stateOf(refused)).toMatchObject({ state: 'failed' });
});
