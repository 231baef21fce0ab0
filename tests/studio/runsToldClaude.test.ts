import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Pin, RunUpdate } from '../../src/studio/protocol/index.ts';
import { readAnswer } from '../../src/studio/server/runs/wire/index.ts';
import { asking, calls, common, noCalls, shape, valueOf, weather, type Value } from './askingWorkflow.ts';
import { ofKind, RunsStudio, stateOf, textOf } from './runsStudio.ts';

let studio: RunsStudio;
const file = 'asking.workflow.json';
const input = { q: 'Anything' };
const claude = { type: 'anthropicCompletion', model: 'claude-opus-5-5' };

beforeAll(async () => {
  studio = await RunsStudio.open();
  await studio.write(file, asking(claude));
});

afterAll(async () => studio.remove());

const usage = {
  prompt_tokens: 29,
  completion_tokens: 8,
  total_tokens: 37,
  cached_tokens: 2,
  reasoning_tokens: 3,
  cache_write_tokens: 20,
  cache_write_1h_tokens: 5,
};
const told = { ...common, provider: 'anthropic', finish_reason: 'stop', model: 'claude-told', id: 'msg_told', usage };
const citation = { type: 'char_location', cited_text: 'as said', document_index: 0, start_char_index: 0 };

const values: Record<string, [Record<string, Value>, Record<string, Value>]> = {
  text: [{}, { ...told, ...noCalls, content: 'Line one\n\nline  two: 😀 é \u2028 end ' }],
  'a text that was cut': [{}, { ...told, ...noCalls, content: 'half a', finish_reason: 'length' }],
  'a text with sources': [{}, { ...told, ...noCalls, content: 'as said', annotations: [citation] }],
  reasoning: [{}, { ...told, ...noCalls, content: 'so', reasoning: 'because of this and that' }],
  JSON: [
    { responseFormat: { type: 'json_schema', name: 'shape', schema: shape } },
    { ...told, ...noCalls, content: '{"n": 7}', parsed: { n: 7 } },
  ],
  calls: [
    { tools: [weather] },
    {
      ...told,
      content: 'I look.',
      tool_calls: calls,
      function_call: { name: 'weather', arguments: calls[0]?.arguments ?? {} },
      finish_reason: 'tool_calls',
    },
  ],
};

test.each(Object.keys(values))(
  'a pin of Claude gives back what it was made of: %s, whole and streamed',
  async (name) => {
    const [config, value] = values[name] ?? [{}, {}];
    const text = asking({ ...claude, ...config });
    for (const stream of [false, true]) {
      const updates = await studio.run({ file, text, input, stream, pins: [{ node: 'answer', value }] });
      expect(stateOf(updates)).toMatchObject({ state: 'done' });
      expect(valueOf(updates, 'answer')).toEqual(value);
      const call = ofKind(updates, 'call').at(-1)?.call;
      expect(call).toMatchObject({ answeredBy: 'told', path: '/v1/messages' });
      expect({ stream: false, ...(call?.request as object) }).toMatchObject({ stream });
      const said = readAnswer('/v1/messages', 200, call?.answer ?? '');
      expect(said).toMatchObject({ content: value['content'], finishReason: value['finish_reason'], usage });
    }
  },
);

test('what Claude declines is told as it declines', async () => {
  const run = async (value: Pin['value']): Promise<readonly RunUpdate[]> =>
    studio.run({ file, text: asking(claude), input, pins: [{ node: 'answer', value }] });
  const declined = await run({ content: null, refusal: 'I will not.' });
  expect(ofKind(declined, 'event').at(-1)).toMatchObject({ event: 'error', data: { code: 'refused' } });
  const answer = ofKind(declined, 'call').at(-1)?.call.answer ?? '';
  expect(readAnswer('/v1/messages', 200, answer)).toMatchObject({ content: null, refusal: 'I will not.' });
  expect(valueOf(await run('Just so.'), 'answer')).toMatchObject({ content: 'Just so.', finish_reason: 'stop' });
});

test('a recorded run of Claude is replayed, whole where it was streamed, and becomes a test', async () => {
  const text = asking({ ...claude, showReasoning: true });
  const recorded = await studio.start({ file, text, input });
  await studio.ended(recorded);
  const before = studio.updates(recorded);
  expect(stateOf(before)).toMatchObject({ state: 'done' });
  expect(ofKind(before, 'call').at(-1)?.call).toMatchObject({ answeredBy: 'simulated', path: '/v1/messages' });

  const same = await studio.run({ file, text, input, replay: { run: recorded } });
  expect(textOf(same)).toBe(textOf(before));
  expect(ofKind(same, 'call').at(-1)?.call.answer).toBe(ofKind(before, 'call').at(-1)?.call.answer);

  const whole = await studio.run({ file, text, input, stream: false, replay: { run: recorded } });
  expect(ofKind(whole, 'call').at(-1)?.call).toMatchObject({ answeredBy: 'told', request: { model: claude.model } });
  expect(valueOf(whole, 'answer')).toEqual(valueOf(before, 'answer'));
  expect(ofKind(whole, 'event').at(-1)).toMatchObject({
    event: 'answer',
    data: { output: { content: textOf(before) } },
  });

  const from = await studio.run({ file, text, input, replay: { run: recorded, from: 'answer' } });
  expect(ofKind(from, 'call').at(-1)?.call).toMatchObject({ answeredBy: 'simulated' });
  const { path } = await studio.runs.handlers.makeTest({ run: recorded, name: 'claude says' });
  expect(path).toBe('tests/claude-says.run.json');
  await studio.runs.handlers.startTests({ file, text });
  await studio.until(() => studio.events.some((event) => event.type === 'tests' && event.state !== 'running'));
  const results = studio.events.flatMap((event) => (event.type === 'tests' ? (event.result ?? []) : []));
  const ofRun = results.filter(({ name }) => name.includes('claude-says'));
  expect(ofRun.map(({ outcome }) => outcome)).toEqual(['passed']);
});

test('a call that was not recorded fails as the API says it', async () => {
  const recorded = await studio.start({ file, text: asking(claude), input });
  await studio.ended(recorded);
  const text = asking(claude).replaceAll('answer', 'other');
  const updates = await studio.run({ file, text, input, replay: { run: recorded } });
  expect(stateOf(updates)).toMatchObject({ state: 'failed' });
  expect(ofKind(updates, 'note')).toMatchObject([{ text: 'The recorded run has no answer for `other`.' }]);
  expect(ofKind(updates, 'failed')).toMatchObject([{ node: 'other', error: { type: 'InvalidRequest' } }]);
});
