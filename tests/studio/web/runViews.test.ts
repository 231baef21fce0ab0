import { runInNewContext } from 'node:vm';

import { describe, expect, test } from 'vitest';

import { readDrawing, type Drawing } from '../../../src/core/workflow/edits/index.ts';
import type { RunUpdate, StoredText, TestResult } from '../../../src/studio/protocol/index.ts';
import { likeness } from '../../../src/studio/web/history/comparison.ts';
import { announcements } from '../../../src/studio/web/run/announcements.ts';
import { changedFrom } from '../../../src/studio/web/run/changedNodes.ts';
import { textBlocks } from '../../../src/studio/web/run/textBlocks.ts';
import { chatFields } from '../../../src/studio/web/run/chatFields.ts';
import { count, dollars, duration, preview, size } from '../../../src/studio/web/design/figures.ts';
import { emptyRun, withUpdates } from '../../../src/studio/web/run/liveRun.ts';
import { nodeInput } from '../../../src/studio/web/run/nodeInput.ts';
import { pinsFrom } from '../../../src/studio/web/run/pinnable.ts';
import { controlOf, withMember } from '../../../src/studio/web/run/request/formModel.ts';
import { socketLines } from '../../../src/studio/web/run/request/socketLines.ts';
import { timelineOf } from '../../../src/studio/web/run/timeline/timeline.ts';
import { triggerOf } from '../../../src/studio/web/run/trigger.ts';
import { jsonRows } from '../../../src/studio/web/run/values/jsonRows.ts';
import { pageCode, pageText } from '../../../src/core/workflow/diagnostics/pageText.ts';
import { begun, tallyOf, withTestEvent } from '../../../src/studio/web/tests/testResults.ts';

const text = JSON.stringify({
  version: 1,
  name: 'w',
  nodes: [
    {
      id: 'ask',
      type: 'httpEndpoint',
      config: {
        path: '/x',
        inputSchema: { type: 'object', properties: { n: { $ref: '#/$defs/n' } }, $defs: { n: { type: 'integer' } } },
      },
    },
    { id: 'a', type: 'openaiCompletion', config: { model: 'm', prompt: 'one' } },
    { id: 'b', type: 'openaiCompletion', config: { model: 'm', prompt: '{{ nodes.a.output.content }}' } },
    { id: 'r', type: 'response', config: { output: '' } },
  ],
  edges: [
    { source: 'ask', target: 'a' },
    { source: 'a', target: 'b' },
    { source: 'b', target: 'r' },
  ],
});

function drawn(of: string): Drawing {
  const drawing = readDrawing(of);
  if (drawing === undefined) throw new Error('This cannot be drawn.');
  return drawing;
}

describe('the request', () => {
  test('is that of the trigger, references followed', () => {
    const trigger = triggerOf(drawn(text));
    expect(trigger).toMatchObject({ method: 'POST', path: '/x', stream: 'auto' });
    const control = controlOf(trigger?.inputSchema ?? {});
    expect(control.kind).toBe('object');
    const [field] = control.kind === 'object' ? control.fields : [];
    expect(controlOf(field?.schema ?? {})).toEqual({ kind: 'number', isWhole: true });
  });

  test('a form offers what fits, and JSON where none would', () => {
    expect(controlOf({ type: 'string', enum: ['a', 'b'] })).toEqual({ kind: 'choice', choices: ['a', 'b'] });
    expect(controlOf({ type: 'array', items: { type: 'string' } })).toEqual({ kind: 'list', item: { type: 'string' } });
    expect(controlOf({ type: ['string', 'null'] })).toEqual({ kind: 'text', isLong: true });
    expect(controlOf({ type: ['string', 'number'] }).kind).toBe('json');
    expect(controlOf({ type: 'object', additionalProperties: { type: 'string' } }).kind).toBe('json');
    expect(controlOf({}).kind).toBe('json');
  });

  test('setting and leaving out a field keeps the others and their order', () => {
    expect(JSON.stringify(withMember({ a: 1, b: 2 }, 'a', 3))).toBe('{"a":3,"b":2}');
    expect(JSON.stringify(withMember({ a: 1, b: 2 }, 'a', undefined))).toBe('{"b":2}');
    expect(JSON.stringify(withMember({ a: 1 }, 'c', null))).toBe('{"a":1,"c":null}');
    expect(Object.hasOwn(withMember({}, '__proto__', 'x') as object, '__proto__')).toBe(true);
  });

  test('a chat writes into the field that is meant for it', () => {
    const texts = (properties: Record<string, object>, required: string[] = []): readonly string[] =>
      chatFields({ type: 'object', properties, required }).texts;
    const free = { type: 'string' };
    expect(texts({ language: free, message: free }, ['message'])).toEqual(['message', 'language']);
    expect(texts({ title: free, question: free })).toEqual(['question', 'title']);
    expect(texts({ city: { type: 'string', enum: ['Leeds'] }, when: { type: 'string', format: 'date' } })).toEqual([]);
    const message = { type: 'object', properties: { role: free, content: free } };
    const history = { type: 'array', items: message };
    expect(chatFields({ type: 'object', properties: { message: free, history } } as never).history).toBe('history');
    // Objects of which nothing is said are taken for messages, others not.
    const kept = (items: object): string | undefined =>
      chatFields({ type: 'object', properties: { message: free, history: { type: 'array', items } } } as never).history;
    expect(kept({ type: 'object' })).toBe('history');
    expect(kept({ type: 'object', properties: { id: free } })).toBeUndefined();
    expect(kept(free)).toBeUndefined();
  });

  test('what asks over a WebSocket is JavaScript that says the input', () => {
    const sent: string[] = [];
    const opened: WebSocket[] = [];
    class WebSocket {
      readonly address: string;
      onopen = (): void => undefined;
      constructor(address: string) {
        this.address = address;
        opened.push(this);
      }
      send(said: string): void {
        sent.push(`${this.address} ${said}`);
      }
    }
    const input = { message: 'He said "hi"\n</script>' };
    runInNewContext(socketLines('http://127.0.0.1:8000', '/talk', input), { WebSocket });
    opened.forEach((socket) => socket.onopen());
    expect(sent).toEqual([`ws://127.0.0.1:8000/talk ${JSON.stringify({ type: 'run', id: '1', input })}`]);
  });
});

describe('replaying with what the workflow is now', () => {
  const order = ['ask', 'a', 'b', 'r'];

  test('begins at the first node that is another; where it lies does not count', () => {
    const now = text.replace('"prompt":"{{', '"prompt":"Short: {{');
    expect(changedFrom(drawn(text), drawn(now), order)).toBe('b');
    const moved = text.replace('"id":"a",', '"id":"a","position":{"x":8,"y":8},');
    expect(changedFrom(drawn(text), drawn(moved), order)).toBeUndefined();
    const wired = text.replace('{"source":"a","target":"b"}', '{"source":"ask","target":"b"}');
    expect(changedFrom(drawn(text), drawn(wired), order)).toBe('b');
  });
});

describe('the timeline', () => {
  const updates: RunUpdate[] = [
    { kind: 'state', at: 1000, state: 'running' },
    { kind: 'node_started', at: 1010, node: 'flow' },
    { kind: 'node_started', at: 1300, node: 'last' },
    { kind: 'node_started', at: 1020, node: 'flow/inner' },
    { kind: 'node_ended', at: 1200, node: 'flow/inner', outcome: 'done', elapsedMs: 180 },
  ];

  test('has nodes of called workflows below their caller, and what runs reaches to now', () => {
    const { rows, length, ticks } = timelineOf(withUpdates(emptyRun('r'), updates), 1500);
    expect(rows.map(({ node, depth }) => [node, depth])).toEqual([
      ['flow', 0],
      ['flow/inner', 1],
      ['last', 0],
    ]);
    expect(rows[0]?.bars).toEqual([{ from: 10, to: 500, state: 'running' }]);
    expect(rows[1]?.bars).toEqual([{ from: 20, to: 200, state: 'done' }]);
    expect(length).toBe(500);
    expect(ticks).toEqual([0, 200, 400]);
  });

  test('shows model calls with their first byte, and which were refused', () => {
    const call = {
      id: 'c',
      node: 'flow',
      startedAt: 1100,
      firstByteMs: 50,
      elapsedMs: 100,
      path: '/v1/x',
      request: {},
    };
    const run = withUpdates(emptyRun('r'), [
      ...updates,
      { kind: 'call', at: 1200, call: { ...call, status: 429, answeredBy: 'simulated', isCancelled: false } },
    ]);
    expect(timelineOf(run, 1500).rows[0]?.calls).toEqual([
      { id: 'c', from: 100, to: 200, firstByte: 150, state: 'failed' },
    ]);
  });

  test('is empty before anything has begun', () => {
    expect(timelineOf(emptyRun('r'), 5)).toEqual({ rows: [], length: 0, ticks: [] });
  });
});

describe('pins of a whole run', () => {
  test('are what models, functions and called workflows gave, as far as it is whole', () => {
    const gave = (node: string, isTruncated = false): RunUpdate => ({
      kind: 'node_ended',
      at: 1,
      node,
      outcome: 'done',
      elapsedMs: 1,
      value: 'x',
      isTruncated,
    });
    const run = withUpdates(emptyRun('r'), [gave('ask'), gave('a'), gave('b', true), gave('r'), gave('a/inner')]);
    expect(pinsFrom(run, drawn(text))).toEqual([{ node: 'a', value: 'x', run: 'r' }]);
  });
});

describe('values', () => {
  const value = { user: { name: 'Ada', 'a/b': [1, 2] }, long: Array.from({ length: 60 }, () => 'x') };
  const paths = (view: Parameters<typeof jsonRows>[1]): readonly string[] =>
    jsonRows(value, view).map(({ path }) => path);

  test('open as far as they are few, and by hand', () => {
    const none = new Map<string, boolean>();
    expect(paths({ opened: none, search: '' })).toEqual(['', '/user', '/user/name', '/user/a~1b', '/long']);
    expect(paths({ opened: new Map([['/user', false]]), search: '' })).toEqual(['', '/user', '/long']);
    expect(paths({ opened: new Map([['/long', true]]), search: '' })).toHaveLength(65);
  });

  test('a search opens what holds a match, and nothing else', () => {
    const rows = jsonRows(value, { opened: new Map(), search: 'ada' });
    expect(rows.filter(({ isMatch }) => isMatch).map(({ path }) => path)).toEqual(['/user/name']);
    expect(rows.find(({ path }) => path === '/long')?.isOpen).toBe(false);
  });

  test('come to a node along its edges', () => {
    const run = withUpdates(emptyRun('r'), [
      { kind: 'node_ended', at: 1, node: 'a', outcome: 'done', elapsedMs: 1, value: 'A', isTruncated: true },
    ]);
    const opened = { drawing: drawn(text), sources: new Map<string, StoredText>() };
    expect(nodeInput(run, opened, 'b')).toEqual({ value: { a: 'A' }, isTruncated: true });
    expect(nodeInput(run, opened, 'a')).toBeUndefined();
  });
});

describe('words and figures', () => {
  test('groups thousands as the browser does in English', () => {
    for (const value of [0, 7, 999, 1000, 12_345, 1_234_567, 31_622_400, 0.5, 1234.125, -1000])
      expect(count(value)).toBe(value.toLocaleString('en'));
    expect(count(undefined)).toBe('');
  });

  test('are as people read them', () => {
    expect([0, 0.4, 340, 2_412, 12_345, 185_000].map((ms) => duration(ms))).toEqual([
      '0 ms',
      '<1 ms',
      '340 ms',
      '2.41 s',
      '12.3 s',
      '3 min 05 s',
    ]);
    expect([0, 0.000012, 0.034, 12.5].map((usd) => dollars(usd))).toEqual(['$0', '$0.000012', '$0.0340', '$12.50']);
    expect([12, 4_200, 3_000_000].map((bytes) => size(bytes))).toEqual(['12 bytes', '4.2 KB', '3.0 MB']);
    expect(preview({ a: 'x'.repeat(50) }, 10)).toBe('{"a":"xxxx…');
  });

  test('what hides in Python is spelled out before somebody agrees to it', () => {
    expect(pageCode('if admin:\u202e # ok\u200b')).toBe('if admin:⟨U+202E⟩ # ok⟨U+200B⟩');
  });

  test('names and texts read as what they are, and scripts and emoji stay whole', () => {
    expect(pageText('safe\u202egpj.exe')).toBe('safe⟨U+202E⟩gpj.exe');
    expect(pageText('a\u0000b\u001b[31m\u{e0041}\ud800')).toBe('a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+E0041⟩⟨U+D800⟩');
    for (const fine of ['one\ttwo\r\nthree', '👩‍💻 می‌خواهم', 'שלום\u200f!']) expect(pageText(fine)).toBe(fine);
  });

  test('a long answer in blocks of whole lines is the answer, and only its last block grows', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `Line ${index} 😀 of it.\n`).join('');
    const [before, after] = [textBlocks(`${lines}And th`), textBlocks(`${lines}And then.`)];
    expect(before.join('')).toBe(`${lines}And th`);
    expect(before.length).toBeGreaterThan(5);
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
    expect(before.slice(0, -1).every((block) => block.endsWith('\n'))).toBe(true);
    expect(textBlocks('')).toEqual([]);
  });

  test('a run is read out by its steps, not by its tokens', () => {
    const run = withUpdates(emptyRun('r'), [
      { kind: 'state', at: 1, state: 'running' },
      { kind: 'event', at: 2, event: 'token', data: { node: 'a', text: 'secret' } },
      { kind: 'node_ended', at: 4, node: 'a', outcome: 'done', elapsedMs: 3 },
      { kind: 'state', at: 5, state: 'cancelled' },
    ]);
    expect(announcements(run)).toEqual(['The run has begun.', 'a is done after 3 ms.', 'The run was stopped.']);
  });
});

describe('tests of the generated project', () => {
  const result = (name: string, outcome: TestResult['outcome']): TestResult => ({
    name,
    outcome,
    elapsedMs: 5,
    nodes: [],
    frames: [],
  });
  const event = (state: 'running' | 'done' | 'failed', of?: TestResult) =>
    ({ type: 'tests', file: 'f', state, ...(of !== undefined && { result: of }) }) as const;

  test('results come one by one; running one again leaves the others', () => {
    let run = begun(undefined, 'text', undefined);
    run = withTestEvent(run, event('running', result('a', 'passed')));
    run = withTestEvent(run, event('running', result('b', 'failed')));
    run = withTestEvent(run, event('done'));
    expect(tallyOf(run.results.values())).toEqual({ passed: 1, failed: 1, skipped: 0, elapsedMs: 10 });
    run = begun(run, 'text', ['b']);
    expect([...run.stale]).toEqual(['b']);
    run = withTestEvent(run, event('running', result('b', 'passed')));
    run = withTestEvent(run, event('done'));
    expect(tallyOf(run.results.values())).toMatchObject({ passed: 2, failed: 0 });
  });

  test('a test that is gone is forgotten once all have run, not when they were stopped', () => {
    const before = withTestEvent(begun(undefined, 't', undefined), event('done', result('old', 'passed')));
    const again = begun(before, 't2', undefined);
    expect(withTestEvent(again, event('failed')).results.has('old')).toBe(true);
    expect(withTestEvent(again, event('done')).results.has('old')).toBe(false);
  });
});

test('two equal answers of a model are alike, whatever their ids, times and figures; what a person gave counts whole', () => {
  const answer = (id: string, content: string, total: number) => ({
    content,
    tool_calls: [{ id: `call_${id}`, name: 'find', arguments: { id: 7 } }],
    extras: { system_fingerprint: id, created: total },
    finish_reason: 'stop',
    id,
    usage: { total_tokens: total },
    cost_usd: total,
    timing: { first_token_ms: null, total_ms: total },
  });
  expect(likeness(answer('a', 'Hi', 1), answer('a', 'Hi', 1))).toBe('same');
  expect(likeness(answer('a', 'Hi', 1), answer('b', 'Hi', 2))).toBe('alike');
  expect(likeness(answer('a', 'Hi', 1), answer('a', 'Ho', 1))).toBe('different');
  expect(likeness({ id: 1 }, { id: 2 })).toBe('different');
  expect(likeness(undefined, null)).toBe('different');
});
