import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { RunUpdate } from '../../src/studio/protocol/index.ts';
import { examples } from '../cli/catalyst.ts';
import { asking, calls, common, noCalls, shape, valueOf, weather, type Value } from './askingWorkflow.ts';
import { ofKind, RunsStudio, stateOf, textOf } from './runsStudio.ts';

let studio: RunsStudio;
let help: string;
const helpFile = 'help-desk.workflow.json';
const question = { message: 'Where is my order A-1042?' };
let recorded: string;

beforeAll(async () => {
  studio = await RunsStudio.open();
  await cp(join(examples, 'help-desk'), studio.folder, { recursive: true });
  help = await readFile(join(studio.folder, helpFile), 'utf8');
  await studio.runs.handlers.trust({ file: helpFile, text: help });
  recorded = await studio.start({ file: helpFile, text: help, input: question });
  await studio.ended(recorded);
});

afterAll(async () => studio.remove());

const usage = { prompt_tokens: 9, completion_tokens: 8, total_tokens: 17, cached_tokens: 2, reasoning_tokens: 3 };
const told = { ...common, provider: 'openai', finish_reason: 'stop', model: 'gpt-5.4-mini-told', id: 'told-1', usage };
const source = { type: 'url_citation', url_citation: { url: 'https://example.org', start_index: 0, end_index: 2 } };

const values: Record<string, [Record<string, Value>, Record<string, Value>]> = {
  text: [{}, { ...told, ...noCalls, content: 'Line one\n\nline  two: 😀 é \u2028 end ' }],
  'a text that was cut': [{}, { ...told, ...noCalls, content: 'half a', finish_reason: 'length' }],
  'a text with sources': [{}, { ...told, ...noCalls, content: 'as said', annotations: [source] }],
  reasoning: [{}, { ...told, ...noCalls, content: 'so', reasoning: 'because of this and that' }],
  JSON: [
    { responseFormat: { type: 'json_schema', name: 'shape', schema: shape } },
    { ...told, ...noCalls, content: '{"n": 7}', parsed: { n: 7 } },
  ],
  calls: [
    { tools: [weather] },
    {
      ...told,
      content: null,
      tool_calls: calls,
      function_call: { name: 'weather', arguments: calls[0]?.arguments ?? {} },
      finish_reason: 'tool_calls',
    },
  ],
};

const cases = Object.keys(values).flatMap((name) => ['chat', 'responses'].map((api) => ({ name, api })));

test.each(cases)('a pin gives back what it was made of: $name by $api, whole and streamed', async ({ name, api }) => {
  const [config, value] = values[name] ?? [{}, {}];
  for (const stream of [false, true]) {
    const updates = await studio.run({
      file: 'asking.workflow.json',
      text: asking({ ...config, api }),
      input: { q: 'Anything' },
      stream,
      pins: [{ node: 'answer', value }],
    });
    expect(stateOf(updates)).toMatchObject({ state: 'done' });
    expect(valueOf(updates, 'answer')).toEqual(value);
    const call = ofKind(updates, 'call').at(-1)?.call;
    expect(call).toMatchObject({ answeredBy: 'told', path: api === 'chat' ? '/v1/chat/completions' : '/v1/responses' });
    expect({ stream: false, ...(call?.request as object) }).toMatchObject({ stream });
    expect(ofKind(updates, 'node_ended').find(({ node }) => node === 'answer')?.isPinned).toBe(true);
  }
});

test('a refusal, a plain text and a plain value can be pinned too', async () => {
  const run = async (value: Value, config = {}): Promise<readonly RunUpdate[]> =>
    studio.run({
      file: 'asking.workflow.json',
      text: asking(config),
      input: { q: '?' },
      pins: [{ node: 'answer', value }],
    });
  expect(valueOf(await run('Just so.'), 'answer')).toMatchObject({ content: 'Just so.', finish_reason: 'stop' });
  const format = { responseFormat: { type: 'json_schema', name: 'shape', schema: shape } };
  expect(valueOf(await run({ n: 3 }, format), 'answer')).toMatchObject({ parsed: { n: 3 } });
  expect(ofKind(await run({ content: null, refusal: 'I will not.' }), 'event').at(-1)).toMatchObject({
    event: 'error',
    data: { code: 'refused' },
  });
});

test('pins stand in for functions and called workflows; other nodes and nodes that are gone say why not', async () => {
  const classified = { topic: 'complaint', can_wait: false, summary: 'pinned' };
  const updates = await studio.run({
    file: helpFile,
    text: help,
    input: question,
    pins: [
      { node: 'classify', value: classified },
      { node: 'gone', value: 1 },
    ],
  });
  expect(ofKind(updates, 'note')).toMatchObject([{ text: expect.stringContaining('`gone`') }]);
  expect(ofKind(updates, 'call')).toEqual([]);
  expect(ofKind(updates, 'event').at(-1)).toMatchObject({
    data: { output: { topic: 'complaint', summary: 'pinned' } },
  });
  const refused = studio.start({
    file: helpFile,
    text: help,
    input: question,
    pins: [{ node: 'can_wait', value: true }],
  });
  await expect(refused).rejects.toMatchObject({
    refusal: { code: 'cannot_pin', message: expect.stringContaining('can_wait') },
  });
});

test('what goes on in a called workflow is told by its paths, what it was called with as well', () => {
  const updates = studio.updates(recorded);
  const trigger = ofKind(updates, 'node_ended').find(({ node }) => node === 'classify/ask');
  expect(trigger).toMatchObject({ outcome: 'done', value: question });
  const order = updates.flatMap((update) =>
    update.kind === 'node_started' || update.kind === 'node_ended' ? [`${update.kind} ${update.node}`] : [],
  );
  const inner = order.slice(order.indexOf('node_started classify'), order.indexOf('node_ended classify') + 1);
  expect(inner.slice(0, 4)).toEqual([
    'node_started classify',
    'node_started classify/ask',
    'node_ended classify/ask',
    'node_started classify/read',
  ]);
  expect(valueOf(updates, 'classify/read')).toMatchObject({ finish_reason: 'stop' });
});

test('a node inside of a called workflow can be pinned, and a run can end with it', async () => {
  const value = { topic: 'complaint', can_wait: false, summary: 'pinned inside' };
  const updates = await studio.run({
    file: helpFile,
    text: help,
    input: question,
    pins: [{ node: 'classify/read', value }],
  });
  const read = ofKind(updates, 'node_ended').find(({ node }) => node === 'classify/read');
  expect(read).toMatchObject({ isPinned: true, value: { parsed: value } });
  expect(ofKind(updates, 'call').find(({ call }) => call.node === 'classify/read')?.call.answeredBy).toBe('told');
  expect(valueOf(updates, 'classify')).toMatchObject({ summary: 'pinned inside' });
  const ended = await studio.run({ file: helpFile, text: help, input: question, stopAfter: 'classify/read' });
  expect(stateOf(ended)).toMatchObject({ state: 'done', note: 'Stopped after `classify/read`.' });
  expect(ofKind(ended, 'node_ended').map(({ node }) => node)).not.toContain('classify/done');
});

test('a replay answers with the recorded bytes and asks nobody', async () => {
  const updates = await studio.run({ file: helpFile, text: help, input: question, replay: { run: recorded } });
  const lastOf = (run: readonly RunUpdate[]): unknown[] =>
    ofKind(run, 'call')
      .filter(({ call }) => call.elapsedMs !== undefined)
      .map(({ call: { node, request, status, answer } }) => ({ node, request, status, answer }));
  expect(lastOf(updates)).toEqual(lastOf(studio.updates(recorded)));
  expect(lastOf(updates)).toHaveLength(3);
  expect(ofKind(updates, 'call').every(({ call }) => call.answeredBy === 'told')).toBe(true);
  expect(ofKind(updates, 'note')).toEqual([]);
  expect(textOf(updates)).toBe(textOf(studio.updates(recorded)));
});

test('a replay against a changed prompt says what differs; from a node on, all is asked anew', async () => {
  const text = help.replace('lamp shop', 'shoe shop');
  const all = await studio.run({ file: helpFile, text, input: question, replay: { run: recorded } });
  expect(ofKind(all, 'note')[0]?.text).toBe(
    '`answer` asks something else than in the recorded run: `messages[0].content` is another.',
  );
  expect(stateOf(all)).toMatchObject({ state: 'done' });
  const from = await studio.run({ file: helpFile, text, input: question, replay: { run: recorded, from: 'answer' } });
  const by = new Map(ofKind(from, 'call').map(({ call }) => [call.node, call.answeredBy]));
  expect(Object.fromEntries(by)).toEqual({ 'classify/read': 'told', answer: 'simulated' });
  const other = await studio.run({
    file: helpFile,
    text: help,
    input: question,
    stream: false,
    replay: { run: recorded, pace: 'recorded' },
  });
  expect(ofKind(other, 'event').at(-1)).toMatchObject({ event: 'answer', data: { output: textOf(all) } });
});

test('a replay has no answer for what was not asked then', async () => {
  const updates = await studio.run({
    file: 'asking.workflow.json',
    text: asking({}).replaceAll('answer', 'other'),
    input: { q: '?' },
    replay: { run: recorded },
  });
  expect(stateOf(updates)).toMatchObject({ state: 'failed' });
  expect(ofKind(updates, 'note')).toMatchObject([{ text: 'The recorded run has no answer for `other`.' }]);
});

test.each([true, false])(
  'a run ends where it was to end, and says what it took by then; streamed: %s',
  async (stream) => {
    const asked = { file: helpFile, text: help, input: question, stream, stopAfter: 'classify' };
    const run = await studio.start(asked);
    await studio.ended(run);
    const updates = studio.updates(run);
    const recordedRun = await studio.runs.handlers.run({ run });
    const read = ofKind(updates, 'node_ended').find(({ node }) => node === 'classify/read')?.value;
    const { usage: counted, cost_usd: cost } = read as { usage: object; cost_usd: number };
    expect(recordedRun).toMatchObject({ usage: { ...counted, cost_usd: cost }, stopAfter: 'classify' });
    expect(cost).toBeGreaterThan(0);
    expect(stateOf(updates)).toMatchObject({ state: 'done', note: 'Stopped after `classify`.' });
    expect(ofKind(updates, 'node_started').map(({ node }) => node)).not.toContain('answer');
    expect(valueOf(updates, 'classify')).toMatchObject({ topic: 'order' });
  },
);
