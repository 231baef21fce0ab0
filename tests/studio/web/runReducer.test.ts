import { describe, expect, test } from 'vitest';

import type { Json } from '../../../src/core/workflow/index.ts';
import type { RunSummary, RunUpdate } from '../../../src/studio/protocol/index.ts';
import { entryOf } from '../../../src/studio/web/run/entry.ts';
import { emptyRun, withEntry, withSummary, withUpdates, type LiveRun } from '../../../src/studio/web/run/liveRun.ts';
import { spansOf, type Span } from '../../../src/studio/web/run/nodeRun.ts';
import { Log } from '../../../src/studio/web/run/log.ts';
import { nodeInput } from '../../../src/studio/web/run/nodeInput.ts';
import { roundsOf } from '../../../src/studio/web/run/rounds.ts';
import { timelineOf } from '../../../src/studio/web/run/timeline/timeline.ts';
import { readDrawing, type Drawing } from '../../../src/core/workflow/edits/index.ts';
import { notYetIn, withServerEvents, type RunEvent } from '../../../src/studio/web/run/runEvents.ts';

const usage = {
  prompt_tokens: 10,
  completion_tokens: 5,
  total_tokens: 15,
  cached_tokens: 0,
  reasoning_tokens: 0,
  cost_usd: 0.002,
};

const spansAt = (run: LiveRun, node: string): readonly Span[] => {
  const ran = run.nodes.get(node);
  return ran === undefined ? [] : spansOf(ran);
};

function token(node: string, text: string, at: number): RunUpdate {
  return { kind: 'event', at, event: 'token', data: { node, text } };
}
const state = (of: RunSummary['state'], at: number): RunUpdate => ({ kind: 'state', at, state: of });
const started = (node: string, at: number): RunUpdate => ({ kind: 'node_started', at, node });
function ended(node: string, at: number, elapsedMs: number, value: RunSummary['input'] = null): RunUpdate {
  return { kind: 'node_ended', at, node, outcome: 'done', elapsedMs, value };
}
function summary(of: RunSummary['state'], more: Partial<RunSummary> = {}): RunSummary {
  const input = { message: 'Hi' };
  return { id: 'r', file: 'f', workflow: 'w', startedAt: 0, state: of, answeredBy: 'simulated', input, ...more };
}

describe('a run as it becomes known', () => {
  test('streams text onto its node and ends with times, counts and value', () => {
    const run = withUpdates(emptyRun('r'), [
      state('running', 100),
      started('answer', 110),
      token('answer', 'Hel', 150),
      token('answer', 'lo', 160),
      { kind: 'event', at: 170, event: 'usage', data: { ...usage, node: 'answer' } },
      ended('answer', 180, 70, { content: 'Hello' }),
      state('done', 190),
    ]);
    expect(run.nodes.get('answer')).toMatchObject({
      state: 'done',
      text: 'Hello',
      pieces: 2,
      firstTokenMs: 40,
      elapsedMs: 70,
      tokens: 15,
      costUsd: 0.002,
      value: { content: 'Hello' },
    });
    expect(run).toMatchObject({ state: 'done', startedAt: 100, endedAt: 190, firstTokenAt: 150 });
  });

  test('takes a token that comes before its node is said to have begun', () => {
    const run = withUpdates(emptyRun('r'), [token('a', 'x', 120), started('a', 105), token('a', 'y', 130)]);
    expect(run.nodes.get('a')).toMatchObject({ text: 'xy', startedAt: 105, state: 'running' });
    expect(spansAt(run, 'a')).toHaveLength(1);
  });

  test('keeps a node done when words and an end of the run come late', () => {
    const before = withUpdates(emptyRun('r'), [started('a', 1), ended('a', 9, 8), token('a', 'late', 10)]);
    expect(before.nodes.get('a')).toMatchObject({ state: 'done', text: 'late' });
    const after = withUpdates(before, [state('done', 11), state('running', 2), started('b', 3)]);
    expect(after.state).toBe('done');
    expect(after.nodes.get('b')?.state).toBe('done');
  });

  test('what still ran when a run was stopped was stopped, and a failure stays one', () => {
    const error = { type: 'ValueError', message: 'no', frames: [] };
    const run = withUpdates(emptyRun('r'), [
      started('a', 1),
      started('b', 1),
      { kind: 'failed', at: 4, node: 'b', error },
      state('cancelled', 5),
    ]);
    expect(run.nodes.get('a')).toMatchObject({ state: 'cancelled', elapsedMs: 4 });
    expect(run.nodes.get('b')).toMatchObject({ state: 'failed', error });
  });

  test('a node that runs again has a span each, and counts of all', () => {
    const count = (at: number): RunUpdate => ({ kind: 'event', at, event: 'usage', data: { ...usage, node: 'f' } });
    const run = withUpdates(emptyRun('r'), [
      started('f', 1),
      count(2),
      ended('f', 3, 2, 'one'),
      started('f', 5),
      count(6),
      ended('f', 8, 3, 'two'),
    ]);
    expect(run.nodes.get('f')).toMatchObject({ value: 'two', tokens: 30, elapsedMs: 3 });
    expect(spansAt(run, 'f')).toEqual([
      { startedAt: 1, endedAt: 3, state: 'done' },
      { startedAt: 5, endedAt: 8, state: 'done' },
    ]);
  });

  test('counts of a node that streams none are those of its value', () => {
    const value = { content: 'Hi', usage, cost_usd: 0.002, timing: { first_token_ms: 40, total_ms: 70 } };
    const run = withUpdates(emptyRun('r'), [started('a', 1), ended('a', 80, 79, value)]);
    expect(run.nodes.get('a')).toMatchObject({ tokens: 15, costUsd: 0.002, firstTokenMs: 40 });
  });

  test('forgets an answer that begins anew, and keeps the calls before it', () => {
    const event = (name: string, data: Record<string, Json>): RunUpdate => ({
      kind: 'event',
      at: 1,
      event: name,
      data: { node: 'a', ...data },
    });
    const told = { id: 'c1', name: 'get_order' };
    const { said, nodes } = withUpdates(emptyRun('r'), [
      event('token', { text: 'Let me look. ' }),
      event('function_call', { ...told, arguments: {} }),
      event('tool_result', { ...told, result: 7 }),
      event('token', { text: 'Half an' }),
      event('restart', {}),
      // What stands of it comes again.
      event('token', { text: 'Let me look. ' }),
      event('token', { text: 'A whole answer.' }),
    ]);
    expect(said.map((part) => (part.kind === 'text' ? part.text : part.kind))).toEqual([
      'call',
      'Let me look. A whole answer.',
    ]);
    expect(nodes.get('a')?.text).toBe('Let me look. A whole answer.');
  });

  test('forgets of a loop only what was said for the item whose answer begins anew', () => {
    const event = (name: string, index: number, data: Record<string, Json>): RunUpdate => ({
      kind: 'event',
      at: 1,
      event: name,
      data: { node: 'a', ...data, items: [{ node: 'each', index }] },
    });
    const route = { provider: 'openai', model: 'm', reason: 'always' };
    const { said, nodes } = withUpdates(emptyRun('r'), [
      event('route', 0, route),
      event('token', 0, { text: 'Fir' }),
      event('route', 1, route),
      event('token', 1, { text: 'Half a' }),
      // Both are worked on at the same time.
      event('token', 0, { text: 'st.' }),
      event('restart', 1, {}),
      event('route', 1, route),
      event('token', 1, { text: 'Seco' }),
      event('restart', 1, {}),
      event('route', 1, route),
      event('token', 1, { text: 'Second.' }),
    ]);
    expect(said).toEqual([
      { kind: 'text', node: 'a', items: 'each[0]', text: 'First.' },
      { kind: 'text', node: 'a', items: 'each[1]', text: 'Second.' },
    ]);
    expect(nodes.get('a')?.text).toBe('Second.');
    expect(nodes.get('a')?.texts.get('each[0]')).toBe('First.');
  });

  test('forgets of a durable run what the step has said that its service died in', () => {
    const event = (name: string, data: Record<string, Json>): RunUpdate => ({
      kind: 'event',
      at: 1,
      event: name,
      data: { node: 'a', ...data },
    });
    const { said, nodes } = withUpdates(emptyRun('r'), [
      event('step', { step: 'each[0]/a', status: 'begun' }),
      event('token', { text: 'First.', items: [{ node: 'each', index: 0 }] }),
      event('step', { step: 'each[0]/a', status: 'done' }),
      event('step', { step: 'each[1]/a', status: 'begun' }),
      event('token', { text: 'Half a', items: [{ node: 'each', index: 1 }] }),
      event('restart', { step: 'each[1]/a' }),
      event('step', { step: 'each[1]/a', status: 'begun' }),
      event('token', { text: 'Second.', items: [{ node: 'each', index: 1 }] }),
    ]);
    expect(said).toEqual([
      { kind: 'text', node: 'a', items: 'each[0]', text: 'First.' },
      { kind: 'text', node: 'a', items: 'each[1]', text: 'Second.' },
    ]);
    expect(nodes.get('a')?.text).toBe('Second.');
  });

  test('forgets at a node that calls a workflow what is void in there', () => {
    const event = (name: string, data: Record<string, Json>): RunUpdate => ({
      kind: 'event',
      at: 1,
      event: name,
      data: { node: 'call/a', ...data },
    });
    const { nodes } = withUpdates(emptyRun('r'), [
      event('step', { step: 'call/a', status: 'begun' }),
      event('token', { text: 'Half a' }),
      event('restart', { step: 'call/a' }),
      event('step', { step: 'call/a', status: 'begun' }),
      event('token', { text: 'A whole answer.' }),
    ]);
    expect(nodes.get('call/a')?.text).toBe('A whole answer.');
    expect(nodes.get('call')?.text).toBe('A whole answer.');
  });

  test('says text, thoughts, calls and their results in their order, each node by itself', () => {
    const event = (name: string, data: Record<string, Json>): RunUpdate => ({
      kind: 'event',
      at: 1,
      event: name,
      data: { node: 'a', ...data },
    });
    const { said } = withUpdates(emptyRun('r'), [
      event('reasoning', { text: 'Let me ' }),
      event('reasoning', { text: 'see' }),
      event('token', { text: 'One ' }),
      token('b', 'other', 1),
      event('token', { text: 'moment' }),
      event('function_call_delta', { id: 'c1', name: 'find', arguments: '{"n":' }),
      event('function_call_delta', { id: 'c1', name: '', arguments: '1}' }),
      event('function_call', { id: 'c1', name: 'find', arguments: { n: 1 } }),
      event('tool_result', { id: 'c1', name: 'find', result: { found: true } }),
      event('token', { text: 'Found.' }),
    ]);
    expect(said).toEqual([
      { kind: 'reasoning', node: 'a', text: 'Let me see' },
      { kind: 'text', node: 'a', text: 'One moment' },
      { kind: 'text', node: 'b', text: 'other' },
      {
        kind: 'call',
        node: 'a',
        id: 'c1',
        name: 'find',
        argumentsText: '{"n":1}',
        result: { found: true },
        error: undefined,
      },
      { kind: 'text', node: 'a', text: 'Found.' },
    ]);
  });

  test('a problem of the stream stands at the run', () => {
    const problem = {
      type: 'about:blank',
      title: 'x',
      status: 429,
      detail: 'Too many.',
      code: 'rate_limited',
      retryable: true,
    };
    const run = withUpdates(emptyRun('r'), [{ kind: 'event', at: 1, event: 'error', data: problem }]);
    expect(run.problem).toMatchObject({ code: 'rate_limited', detail: 'Too many.' });
  });

  test('the trigger has given its input once the run begins, whenever it becomes known which it is', () => {
    const entry = { node: 'ask', input: { message: 'Hi' }, speakers: [], leftOut: new Set<string>() };
    const given = { state: 'done', value: { message: 'Hi' }, startedAt: 7, elapsedMs: 0 };
    const before = withEntry(emptyRun('r'), entry);
    expect(before.nodes.has('ask')).toBe(false);
    expect(withUpdates(before, [state('running', 7)]).nodes.get('ask')).toMatchObject(given);
    expect(withEntry(withUpdates(emptyRun('r'), [state('running', 7)]), entry).nodes.get('ask')).toMatchObject(given);
  });

  test('what a run to a node leaves out is neither before it nor a tool of what is', () => {
    const nodes = ['ask', 'model', 'look', 'pick', 'other', 'here', 'after'].map((id, index) => ({
      id,
      type: { ask: 'httpEndpoint', model: 'openaiCompletion', pick: 'condition' }[id] ?? 'pythonFunction',
      config: {},
      position: { x: index, y: 0 },
    }));
    const edges = [
      { source: 'ask', target: 'model' },
      { source: 'model', sourceHandle: 'tool_call', target: 'look', targetHandle: 'tool' },
      { source: 'model', target: 'pick' },
      { source: 'pick', sourceHandle: 'true', target: 'here' },
      { source: 'pick', sourceHandle: 'false', target: 'other' },
      { source: 'here', target: 'after' },
    ];
    const drawing = readDrawing(JSON.stringify({ version: 1, name: 'w', nodes, edges }));
    expect([...(entryOf(drawing, {}, 'here')?.leftOut ?? [])]).toEqual(['other', 'after']);
    expect([...(entryOf(drawing, {}, 'here/inner')?.leftOut ?? [])]).toEqual(['other', 'after']);
    expect(entryOf(drawing, {})?.leftOut.size).toBe(0);
  });

  test('words in the way of OpenAI are those of the node that speaks, and of none where that is not known', () => {
    const said = (content: string, at: number): RunUpdate => {
      const data = { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content } }] };
      return { kind: 'event', at, event: 'message', data };
    };
    const call = (node: string, elapsedMs?: number): RunUpdate => {
      const told = { path: '/', request: {}, answeredBy: 'simulated', isCancelled: false, startedAt: 1 } as const;
      return { kind: 'call', at: 1, call: { id: node, node, ...told, ...(elapsedMs !== undefined && { elapsedMs }) } };
    };
    const asked = (speakers: readonly string[], ...updates: readonly RunUpdate[]) =>
      withUpdates(withEntry(emptyRun('r'), { node: 'ask', input: {}, speakers, leftOut: new Set() }), updates).nodes;
    expect(asked(['a'], said('Hel', 2), said('lo', 3)).get('a')).toMatchObject({ text: 'Hello', state: 'running' });
    const both = [call('a', 5), call('b')];
    expect(asked(['a', 'b'], ...both, said('Hi', 2)).get('b')).toMatchObject({ text: 'Hi' });
    expect(asked(['a', 'b'], call('a'), call('b'), said('Hi', 2)).size).toBe(0);
  });

  test('leaves what it was given as it was', () => {
    const first = withUpdates(emptyRun('r'), [token('a', 'x', 1)]);
    const second = withUpdates(first, [token('a', 'y', 2)]);
    const other = withUpdates(first, [token('a', 'z', 2)]);
    expect([...first.updates]).toHaveLength(1);
    expect(first.nodes.get('a')?.text).toBe('x');
    expect(second.nodes.get('a')?.text).toBe('xy');
    expect([...other.updates].at(1)).toEqual(token('a', 'z', 2));
    expect([...second.updates].at(1)).toEqual(token('a', 'y', 2));
  });

  test('a summary ends a run whose end was missed, and begins none anew', () => {
    const done = withSummary(emptyRun('r'), summary('done', { startedAt: 50, elapsedMs: 30, output: 'x' }));
    expect(done).toMatchObject({ state: 'done', endedAt: 80, output: 'x' });
    expect(withSummary(done, summary('running')).state).toBe('done');
  });

  test('ten thousand tokens, one at a time, cost no more than linear time', () => {
    const time = (tokens: number): number => {
      let run = withUpdates(emptyRun('r'), [started('a', 0)]);
      const begin = process.cpuUsage();
      for (let at = 0; at < tokens; at += 1) run = withUpdates(run, [token('a', 'word ', at)]);
      expect(run.nodes.get('a')?.text).toHaveLength(tokens * 5);
      return process.cpuUsage(begin).user / 1000;
    };
    time(2_000);
    const [few, many] = [time(2_500), time(20_000)];
    // Eight times as many: quadratic would be sixty-four times as long.
    expect(many / few).toBeLessThan(32);
    expect(many).toBeLessThan(2_000);
  });
});

describe('what the server says of several runs', () => {
  const event = (run: string, update: RunUpdate): RunEvent => ({ type: 'run', run, update });

  test('goes to each in its order; a run that nothing was said of stays the same object', () => {
    const other = emptyRun('other');
    const runs = withServerEvents(new Map([['other', other]]), [
      event('a', started('n', 1)),
      event('b', started('n', 2)),
      event('a', token('n', 'A', 3)),
      event('b', token('n', 'B', 3)),
      { type: 'run_summary', summary: summary('done', { id: 'a' }) },
      event('a', token('n', '!', 4)),
    ]);
    expect(runs.get('other')).toBe(other);
    expect(runs.get('a')?.nodes.get('n')?.text).toBe('A!');
    expect(runs.get('a')?.state).toBe('done');
    expect(runs.get('b')?.nodes.get('n')?.text).toBe('B');
  });

  test('what was heard while a recording was loaded is taken in once', () => {
    const all = [started('n', 1), token('n', 'a', 2), token('n', 'b', 3), token('n', 'c', 4)];
    expect(notYetIn(all.slice(0, 3), all.slice(1))).toEqual(all.slice(3));
    expect(notYetIn(all.slice(0, 2), all.slice(2))).toEqual(all.slice(2));
    expect(notYetIn(all, all.slice(3))).toEqual([]);
    expect(notYetIn(all, [])).toEqual([]);
  });
});

describe('loops', () => {
  const at = (index: number, ...outer: readonly number[]): { readonly node: string; readonly index: number }[] =>
    [...outer, index].map((each, depth) => ({ node: depth === 0 ? 'rows' : 'cells', index: each }));
  const round = (index: number, item: Json): RunUpdate => ({
    kind: 'item_started',
    at: 1,
    node: 'rows',
    index,
    value: item,
  });
  const over = (index: number, outcome: 'done' | 'failed', value?: Json): RunUpdate => ({
    kind: 'item_ended',
    at: 5,
    node: 'rows',
    index,
    outcome,
    elapsedMs: 4,
    ...(value !== undefined && { value }),
  });
  const failure = { type: 'FunctionFailed', message: 'no', frames: [] };

  test('several items at once: the node runs until the last of them, each with a value of its own', () => {
    const before = withUpdates(emptyRun('r'), [
      state('running', 0),
      started('rows', 1),
      { kind: 'counted', at: 1, node: 'rows', count: 2 },
      round(0, 'a'),
      round(1, 'b'),
      { kind: 'node_started', at: 2, node: 'ask', items: at(0) },
      { kind: 'node_started', at: 3, node: 'ask', items: at(1) },
      { kind: 'node_ended', at: 6, node: 'ask', items: at(1), outcome: 'failed', elapsedMs: 3, error: failure },
      over(1, 'failed'),
    ]);
    expect(before.nodes.get('ask')).toMatchObject({ state: 'running', roundsDone: 1, roundsFailed: 1 });
    expect(before.nodes.get('rows')).toMatchObject({ state: 'running', roundsDone: 1, roundsWanted: 2 });
    const after = withUpdates(before, [
      { kind: 'node_ended', at: 9, node: 'ask', items: at(0), outcome: 'done', elapsedMs: 7, value: 'A' },
      over(0, 'done', 'A'),
      ended('rows', 10, 9, ['A']),
      state('done', 11),
    ]);
    const rounds = (node: string): readonly [string, unknown][] =>
      [...roundsOf(after.nodes.get(node)?.rounds ?? new Log())].map(([key, each]) => [
        key,
        each.error?.message ?? each.value,
      ]);
    // One item failed, and the node did its work.
    expect(after.nodes.get('ask')).toMatchObject({ state: 'done', error: undefined });
    expect(rounds('ask')).toEqual([
      ['rows[0]', 'A'],
      ['rows[1]', 'no'],
    ]);
    expect(roundsOf(after.nodes.get('rows')?.rounds ?? new Log()).get('rows[0]')).toMatchObject({
      value: 'A',
      item: { value: 'a' },
    });
    expect(spansAt(after, 'ask')).toEqual([
      { startedAt: 3, endedAt: 6, state: 'failed' },
      { startedAt: 2, endedAt: 9, state: 'done' },
    ]);
  });

  test('what the stream of the service tells of items counts where nobody watches', () => {
    const item = (index: number): RunUpdate => ({
      kind: 'event',
      at: 2,
      event: 'item',
      data: { node: 'rows', index, value: index },
    });
    const run = withUpdates(emptyRun('r'), [state('running', 0), item(1), item(0)]);
    expect(run.nodes.get('rows')).toMatchObject({ roundsDone: 2 });
    expect([...roundsOf(run.nodes.get('rows')?.rounds ?? new Log()).values()].map(({ value }) => value)).toEqual([
      0, 1,
    ]);
    const watched = withUpdates(emptyRun('r'), [started('rows', 1), round(0, 'a'), over(0, 'done', 0), item(0)]);
    expect(watched.nodes.get('rows')).toMatchObject({ roundsDone: 1 });
    expect(roundsOf(watched.nodes.get('rows')?.rounds ?? new Log()).get('rows[0]')).toMatchObject({
      elapsedMs: 4,
      value: 0,
    });
  });

  test('ten thousand items are taken in at once', () => {
    const updates = Array.from({ length: 10_000 }, (_, index): RunUpdate[] => [
      { kind: 'node_started', at: index, node: 'ask', items: at(index) },
      { kind: 'node_ended', at: index, node: 'ask', items: at(index), outcome: 'done', elapsedMs: 1, value: index },
    ]).flat();
    const begun = process.cpuUsage();
    const run = withUpdates(emptyRun('r'), updates);
    expect(run.nodes.get('ask')?.roundsDone).toBe(10_000);
    expect(timelineOf(run, 10_000).rows[0]?.bars.length).toBeLessThan(400);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(3_000);
  });

  test('the input of a node in a loop is of the item that is looked at', () => {
    const drawing = readDrawing(
      JSON.stringify({
        version: 1,
        name: 'w',
        nodes: [
          { id: 'rows', type: 'loop', config: {} },
          { id: 'ask', type: 'template', config: {} },
          { id: 'more', type: 'template', config: {} },
        ],
        edges: [
          { source: 'rows', sourceHandle: 'item', target: 'ask' },
          { source: 'ask', target: 'more' },
        ],
      }),
    );
    const run = withUpdates(emptyRun('r'), [
      round(0, 'a'),
      round(1, 'b'),
      { kind: 'node_ended', at: 1, node: 'ask', items: at(0), outcome: 'done', elapsedMs: 1, value: 'A' },
      { kind: 'node_ended', at: 1, node: 'ask', items: at(1), outcome: 'done', elapsedMs: 1, value: 'B' },
    ]);
    const document = { drawing: drawing as Drawing, sources: new Map() };
    expect(nodeInput(run, document, 'ask', at(0))?.value).toEqual({ rows: 'a' });
    expect(nodeInput(run, document, 'more', at(0))?.value).toEqual({ ask: 'A' });
    expect(nodeInput(run, document, 'more')?.value).toEqual({ ask: 'B' });
  });
});
