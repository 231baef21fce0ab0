import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { planOf } from '../compile.ts';
import { python, startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';
import { startObserved, type ObservedEvent, type ObservedService } from './observedService.ts';

const root = join(import.meta.dirname, '../..');
const secret = 'sk-test-0123456789abcdef';

let folder: string;
/** Without the observer; its simulated OpenAI serves the observed one too. */
let plain: RunningService;
/** Stands before it and notes whose the calls are. */
let recorder: Server;
const callers: string[] = [];
let env: NodeJS.ProcessEnv;
let service: ObservedService;
let runs = 0;

beforeAll(async () => {
  folder = writeGenerated(
    ...['support-chat', 'second-opinion', 'help-desk', 'refine-until-good'].map((name) =>
      planOf(join(root, 'examples', name, `${name}.workflow.json`)),
    ),
    planOf(join(root, 'tests/codegen/golden/graph-shapes/answer-beside-work.workflow.json')),
    planOf(join(root, 'tests/codegen/golden/switches/meeting.workflow.json')),
    planOf(join(root, 'tests/codegen/golden/switches/ways.workflow.json')),
    planOf(join(import.meta.dirname, 'odd-functions.workflow.json')),
    planOf(join(import.meta.dirname, 'odd-loops.workflow.json')),
  );
  plain = await startGenerated(folder);
  recorder = createServer((request, response) => {
    void answerFor(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => recorder.once('listening', resolve));
  const { port } = recorder.address() as AddressInfo;
  env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: secret };
  service = await startObserved(python, folder, env);
});

afterAll(async () => {
  await service.exit('SIGTERM');
  recorder.close();
  await plain.stop();
  rmSync(folder, { recursive: true });
});

/** Notes whose the call is, and hands it on. */
async function answerFor(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { 'x-studio-call': caller, host: _host, ...headers } = request.headers;
  callers.push(typeof caller === 'string' ? caller : 'nobody');
  const answer = await fetch(plain.upstreamUrl?.replace(/\/v1$/, request.url ?? '') ?? '', {
    method: 'POST',
    headers: Object.entries(headers).filter((each): each is [string, string] => typeof each[1] === 'string'),
    body: await textOf(request),
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(await answer.text());
}

interface Asked {
  readonly run: string;
  readonly status: number;
  readonly body: string;
}

async function ask(
  path: string,
  input: object,
  {
    orders,
    accept = 'application/json',
    to = service,
  }: { orders?: object; accept?: string; to?: ObservedService } = {},
): Promise<Asked> {
  const run = `run-${(runs += 1)}`;
  if (orders !== undefined) to.tell({ run, ...orders });
  const response = await fetch(to.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, 'x-studio-run': run },
    body: JSON.stringify(input),
  });
  return { run, status: response.status, body: await response.text() };
}

/** A service for one test. */
async function startOwn(options: { readonly isListening?: boolean } = {}): Promise<ObservedService> {
  const own = await startObserved(python, folder, env, options);
  onTestFinished(async () => void (await own.exit('SIGKILL')));
  return own;
}

/** Starts, ends and how: what went on, in a line a node. */
function story(events: readonly ObservedEvent[]): readonly string[] {
  return events
    .filter(({ kind }) => kind !== 'told')
    .map(({ kind, node, outcome, value }) =>
      [kind, node, outcome === 'done' ? undefined : outcome, typeof value === 'boolean' ? String(value) : undefined]
        .filter((each) => typeof each === 'string')
        .join(' '),
    );
}

const ofKind = (events: readonly ObservedEvent[], kind: string): ObservedEvent[] =>
  events.filter((event) => event.kind === kind);
/** The items of which loops it is about. */
const indicesOf = ({ items = [] }: ObservedEvent): readonly number[] =>
  (items as { index: number }[]).map(({ index }) => index);
const ended = (events: readonly ObservedEvent[], node: string): ObservedEvent | undefined =>
  events.find((event) => event.kind === 'node_ended' && event.node === node);
const valueOf = (events: readonly ObservedEvent[], node: string): unknown => ended(events, node)?.['value'];

describe('what nodes do', () => {
  test('a straight run: prompt, model, reply, with their values', async () => {
    const { run, body } = await ask('/chat', { message: 'Hello' });
    const events = await service.of(run);
    expect(story(events)).toEqual([
      'run_started',
      'node_started prompt',
      'node_ended prompt',
      'node_started answer',
      'node_ended answer',
      'node_started reply',
      'node_ended reply',
      'run_ended',
    ]);
    expect(events[0]).toMatchObject({ workflow: 'support-chat', input: { message: 'Hello', language: 'en' } });
    expect(valueOf(events, 'prompt')).toContainEqual({ role: 'user', content: 'Hello' });
    const { output } = JSON.parse(body) as { output: string };
    expect(valueOf(events, 'answer')).toMatchObject({ content: output });
    expect(valueOf(events, 'reply')).toBe(output);
  });

  test('rounds of a loop: each step as often as it runs, with what it gave', async () => {
    const { run, body } = await ask('/refine', { draft: 'A text.' });
    const events = await service.of(run);
    const written = events.filter(({ kind, node }) => kind === 'node_ended' && node === 'write');
    expect(written.length).toBeGreaterThan(0);
    expect(events.filter(({ kind, node }) => kind === 'node_started' && node === 'write')).toHaveLength(written.length);
    const { output } = JSON.parse(body) as { output: string };
    expect(written.at(-1)?.['value']).toMatchObject({ content: output });
    expect(ended(events, 'again')).toMatchObject({ outcome: 'done', value: { content: output } });
    expect(ofKind(events, 'counted')).toMatchObject([{ node: 'again', count: 3 }]);
    const rounds = ofKind(events, 'item_ended');
    expect(rounds.map(({ index }) => index)).toEqual(written.map((_, index) => index));
    expect(rounds.at(-1)).toMatchObject({ node: 'again', outcome: 'done', value: { content: output } });
    expect(written.map(({ items }) => items)).toEqual(written.map((_, index) => [{ node: 'again', index }]));
  });

  test('loops in loops, several items at once: whose value is whose, and what failed', async () => {
    const rows = [['a', 'slow', 'b'], ['c', 'raise', 'd'], ['slow']];
    const { run, body } = await ask('/odd-loops', { rows, more: ['e', 'raise', 'f'] });
    const { output } = JSON.parse(body) as { output: { rows: unknown[]; others: unknown[] } };
    const events = await service.of(run);
    const of = (node: string, ...indices: number[]): ObservedEvent[] =>
      ofKind(events, 'node_ended').filter(
        (each) => each.node === node && JSON.stringify(indicesOf(each)) === JSON.stringify(indices),
      );
    for (const [row, cells] of rows.entries()) {
      const reached = row === 1 ? cells.slice(0, 2) : cells;
      for (const [cell, what] of reached.entries()) {
        const [one, ...more] = of('odd', row, cell);
        expect(more).toEqual([]);
        if (what === 'raise') expect(one).toMatchObject({ outcome: 'failed', error: { message: /no good/ } });
        else expect(one).toMatchObject({ outcome: 'done', value: what });
      }
      expect(of('cells', row)).toMatchObject(row === 1 ? [{ outcome: 'failed' }] : [{ outcome: 'done', value: cells }]);
    }
    expect(of('rows')).toMatchObject([{ outcome: 'done', value: output.rows }]);
    const items = ofKind(events, 'item_ended');
    const rowsEnded = items
      .filter(({ node }) => node === 'rows')
      .toSorted((a, b) => Number(a['index']) - Number(b['index']));
    expect(rowsEnded).toMatchObject([
      { index: 0, outcome: 'done', value: rows[0] },
      { index: 1, outcome: 'failed' },
      { index: 2, outcome: 'done', value: rows[2] },
    ]);
    expect(ofKind(events, 'item_started').filter(({ node }) => node === 'rows')).toMatchObject(
      rows.map((value, index) => ({ index, value })),
    );
    expect(items.filter((each) => each.node === 'cells' && indicesOf(each)[0] === 0)).toHaveLength(3);
    expect(items.filter(({ node }) => node === 'others')).toMatchObject([
      { index: 0, outcome: 'done', value: 'e' },
      { index: 1, outcome: 'failed', error: { type: 'FunctionFailed' } },
      { index: 2, outcome: 'done', value: 'f' },
    ]);
    expect(of('others')).toMatchObject([{ value: ['e', 'f'] }]);
    expect(ofKind(events, 'counted').filter(({ node }) => node !== 'cells')).toMatchObject([
      { node: 'rows', count: 3 },
      { node: 'others', count: 3 },
    ]);
    expect(ofKind(events, 'node_started')).toHaveLength(ofKind(events, 'node_ended').length);
  });

  test('parallel models begin together, and calls say whose they are', async () => {
    callers.length = 0;
    const { run } = await ask('/weigh', { question: 'Why?' }, { accept: 'text/event-stream' });
    const told = story(await service.of(run));
    expect(told.slice(0, 3)).toEqual(['run_started', 'node_started pros', 'node_started cons']);
    expect(told.slice(3, 5).toSorted()).toEqual(['node_ended cons', 'node_ended pros']);
    expect(told.slice(5)).toEqual([
      'node_started wants_verdict',
      'node_ended wants_verdict true',
      'node_started verdict',
      'node_ended verdict',
      'node_started decided',
      'node_ended decided',
      'run_ended',
    ]);
    expect(new Set(callers)).toEqual(new Set([`${run};cons`, `${run};pros`, `${run};verdict`]));
  });

  test('called workflows and tools by their paths', async () => {
    callers.length = 0;
    const { run } = await ask('/help', { message: 'Where is order A-1042?' });
    const told = story(await service.of(run));
    expect(told).toContain('node_ended classify/read');
    expect(told.indexOf('node_ended classify/done')).toBeLessThan(told.indexOf('node_ended classify'));
    expect(told.slice(told.indexOf('node_started answer'), told.indexOf('node_ended answer') + 1)).toEqual([
      'node_started answer',
      'node_started find_order',
      'workflow_started find_order',
      'node_started find_order/get_order',
      'node_ended find_order/get_order',
      'node_started find_order/is_known',
      'node_ended find_order/is_known true',
      'node_started find_order/found',
      'node_ended find_order/found',
      'node_ended find_order',
      'node_ended answer',
    ]);
    expect(callers).toEqual([`${run};classify/read`, `${run};answer`, `${run};answer`]);
    const called = (await service.of(run)).filter(({ kind }) => kind === 'workflow_started');
    expect(called.map(({ node, value }) => [node, value])).toEqual([
      ['classify', { message: 'Where is order A-1042?' }],
      ['find_order', { number: 'A-1042' }],
    ]);
  });

  test('a switch gives the way that it takes, or ends without a value where only what follows tells it', async () => {
    const given = Object.fromEntries(['agree', 'deny', 'both', 'ask', 'pay'].map((node) => [node, [{ result: node }]]));
    const orders = { stand_ins: given };
    const met = await service.of(
      (await ask('/meeting', { kind: 'bug', urgent: false, text: 'No', amount: 0 }, { orders })).run,
    );
    expect([valueOf(met, 'pick'), valueOf(met, 'sized')]).toEqual(['no', undefined]);
    const other = await service.of(
      (await ask('/meeting', { kind: 'bug', urgent: false, text: 'Well', amount: 3 }, { orders })).run,
    );
    expect([valueOf(other, 'pick'), valueOf(other, 'sized')]).toEqual(['default', undefined]);
    const apart = story(
      await service.of((await ask('/ways', { kind: 'bug', urgent: false, text: '' }, { orders })).run),
    );
    expect(apart.slice(1, 4)).toEqual(['node_started pick', 'node_ended pick', 'node_started mend']);
  });

  test('a step of which nobody reads what it gives begins and ends as any other', async () => {
    const [fitting, unfit] = [await ask('/odd', { what: 'plain' }), await ask('/odd', { what: 'x'.repeat(21) })];
    expect(story(await service.of(fitting.run)).slice(1, 4)).toEqual([
      'node_started fits',
      'node_ended fits',
      'node_started odd',
    ]);
    expect(story(await service.of(unfit.run)).slice(1)).toEqual([
      'node_started fits',
      'node_ended fits failed',
      'failed fits',
      'run_ended failed',
    ]);
  });

  test.each([true, false])('a test that was turned round, in an arm of a fork: %s', async (holds) => {
    const given = Object.fromEntries(['first', 'deep', 'log'].map((node) => [node, [{ result: { node } }]]));
    const { run } = await ask('/answer-beside-work', { a: holds }, { orders: { stand_ins: given } });
    const told = story(await service.of(run));
    expect(told).toContain(`node_ended check ${holds}`);
    expect(told.includes('node_started deep')).toBe(!holds);
    expect(told.includes('node_started late')).toBe(!holds);
    expect(told.filter((line) => line.startsWith('node_started'))).toHaveLength(
      told.filter((line) => line.startsWith('node_ended')).length,
    );
  });

  test('a request without a run leaves nothing, and its calls carry nothing', async () => {
    callers.length = 0;
    const before = service.events.length;
    await fetch(`${service.url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'Hello' }),
    });
    expect(callers).toEqual(['nobody']);
    await ask('/chat', { message: '' });
    expect(service.events.slice(before).filter(({ run }) => run !== `run-${runs}`)).toEqual([]);
  });
});

describe('what runs are told', () => {
  test('stand-ins are given one after the other, the last again', async () => {
    const orders = { stand_ins: { odd: [{ result: { a: 1 } }, { result: [2] }] } };
    const { run, body } = await ask('/odd', { what: 'exit' }, { orders });
    expect(JSON.parse(body)).toMatchObject({ output: 'dict' });
    expect(valueOf(await service.of(run), 'odd')).toEqual({ a: 1 });
    const failing = { stand_ins: { 'find_order/get_order': [{ error: 'The database sleeps.' }] } };
    const asked = await ask('/help', { message: 'Where is order A-1042?' }, { orders: failing });
    expect(asked.status).toBe(200);
    const events = await service.of(asked.run);
    expect(ended(events, 'find_order/get_order')).toMatchObject({ outcome: 'failed' });
    expect(ended(events, 'answer')).toMatchObject({ outcome: 'done' });
  });

  test('a run stops after a node: nothing further is called', async () => {
    const { run, status } = await ask('/odd', { what: 'slow' }, { orders: { stop_after: 'odd' } });
    expect(status).toBe(204);
    expect(story(await service.of(run))).toEqual([
      'run_started',
      'node_started fits',
      'node_ended fits',
      'node_started odd',
      'node_ended odd',
      'run_ended cancelled',
    ]);
    const tested = await ask('/odd', { what: 'slow' }, { orders: { stop_after: 'can_stop' } });
    expect(story(await service.of(tested.run)).slice(-2)).toEqual(['node_ended can_stop false', 'run_ended cancelled']);
    const parallel = await ask('/weigh', { question: 'Why?' }, { orders: { stop_after: 'pros' } });
    const told = story(await service.of(parallel.run));
    expect(told).toContain('node_ended pros');
    expect(told).not.toContain('node_started wants_verdict');
    expect((await ask('/chat', { message: 'Hello' })).status).toBe(200);
  });

  test('without tracing nothing is told, and with it again all is', async () => {
    // What is told before a request is sent holds for it.
    service.tell({ trace: false });
    const unseen = await ask('/chat', { message: 'Hello' });
    service.tell({ trace: true });
    const { run } = await ask('/chat', { message: 'Hello' });
    expect(story(await service.of(run))).toHaveLength(8);
    expect(service.events.filter((event) => event.run === unseen.run)).toEqual([]);
  });
});

describe('what functions do', () => {
  test('printing, by node and line, and still to standard output', async () => {
    const { run } = await ask('/odd', { what: 'print' });
    const printed = (await service.of(run)).filter(({ kind }) => kind === 'printed');
    expect(printed.map(({ node, text }) => [node, text])).toEqual([
      ['odd', 'one line\n'],
      ['odd', 'two words\n'],
      ['odd', 'no line end'],
    ]);
    expect(service.lines).toContain('two words');
  });

  test('raising: which node, where, and no secret in it', async () => {
    const { run, status } = await ask('/odd', { what: 'raise', secret });
    expect(status).toBe(500);
    const events = await service.of(run);
    expect(story(events).slice(-3)).toEqual(['node_ended odd failed', 'failed odd', 'run_ended failed']);
    const { error } = events.at(-2) as unknown as { error: { message: string; frames: ObservedEvent[] } };
    const [first, second] = error.frames;
    expect(first).toMatchObject({ file: 'app/workflows/odd_functions.py', node: 'odd' });
    expect(first?.['text']).toContain('call_function');
    expect(error.frames).toContainEqual(
      expect.objectContaining({ file: 'app/functions/odd.py', text: 'raise ValueError(f"no good: {secret}")' }),
    );
    expect(second?.['file']).toMatch(/^app\/(workflows|functions)\//);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  test('asking the process to exit', async () => {
    const { run, status } = await ask('/odd', { what: 'exit' });
    expect(status).toBe(500);
    expect(story(await service.of(run)).slice(-3)).toEqual(['node_ended odd failed', 'failed odd', 'run_ended failed']);
    expect((await ask('/chat', { message: 'Hello' })).status).toBe(200);
  });

  test('input that does not fit ends the run before it begins', async () => {
    const { run, status } = await ask('/odd', { what: 5 });
    expect(status).toBe(422);
    expect(story(await service.of(run))).toEqual(['failed', 'run_ended failed']);
  });

  test.each(['cyclic', 'huge', 'no_json', 'hostile', 'changing', 'fork', 'secret'])('a value: %s', async (what) => {
    const { run } = await ask('/odd', { what, secret });
    const events = await service.of(run);
    const node = ended(events, 'odd');
    expect(node).toMatchObject({ outcome: 'done' });
    expect(JSON.stringify(node?.['value']).length).toBeLessThan(230_000);
    if (what === 'cyclic') expect(node).toMatchObject({ value: [1, '<itself>'], truncated: true });
    if (what === 'huge') expect(node).toMatchObject({ truncated: true });
    if (what === 'no_json')
      expect(node?.['value']).toMatchObject({ lock: '<lock: no JSON form>', set: [1], number: null, '5': 'five' });
    if (what === 'secret') expect(node?.['value']).toEqual(['short', '•••', 'Bearer •••', { '•••': 1 }]);
    expect((await ask('/chat', { message: 'Hello' })).status).toBe(200);
  });

  test('fifty runs at once are told apart', async () => {
    const asked = await Promise.all(
      Array.from({ length: 50 }, (_, index) => ask('/weigh', { question: `Question ${index}?`, verdict: false })),
    );
    for (const [index, { run }] of asked.entries()) {
      const events = await service.of(run);
      expect(story(events)).toHaveLength(10);
      expect(events[0]).toMatchObject({ input: { question: `Question ${index}?` } });
      expect(JSON.stringify(valueOf(events, 'pros'))).toContain(`Question ${index}?`);
    }
  });
});

describe('the process', () => {
  test('ends by a signal as it would without the observer', async () => {
    for (const isListening of [true, false]) {
      const own = await startOwn({ isListening });
      expect((await ask('/chat', { message: 'Hello' }, { to: own })).status).toBe(200);
      expect(await own.exit('SIGTERM')).toBe('SIGTERM');
    }
  });

  test('a reader that does not read, and one that goes away, disturb nobody', async () => {
    const own = await startOwn();
    own.reading.pause();
    const stand_ins = { odd: [{ result: 'x'.repeat(150_000) }] };
    for (let index = 0; index < 80; index += 1)
      expect((await ask('/odd', { what: '' }, { to: own, orders: { stand_ins } })).status).toBe(200);
    own.reading.resume();
    const events = await own.of(`run-${runs}`);
    expect(events.filter(({ kind }) => kind === 'node_ended')).toHaveLength(5);
    expect(events.at(-1)?.kind === 'dropped' || valueOf(events, 'odd') !== undefined).toBe(true);
    own.reading.destroy();
    for (let index = 0; index < 3; index += 1)
      expect((await ask('/chat', { message: 'Hello' }, { to: own })).status).toBe(200);
    await own.exit('SIGTERM');
  });

  test('what cannot be seen of a service is said, and the rest is seen', async () => {
    const file = join(folder, 'app/main.py');
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, `${source}\nfrom app.runtime.http import connection\n\nconnection.Connection = None\n`);
    const own = await startOwn();
    writeFileSync(file, source);
    callers.length = 0;
    const { run, status } = await ask('/chat', { message: 'Hello' }, { to: own });
    expect([status, ...callers]).toEqual([200, 'nobody']);
    const events = await own.of(run);
    expect(events[1]).toMatchObject({ kind: 'limited', what: expect.stringContaining('which node they are of') });
    expect(valueOf(events, 'answer')).toBeDefined();
    await own.exit('SIGTERM');
  });

  test('ends with the process that has started it', async () => {
    const attached = join(root, 'src/host/attached.py');
    const observer = join(root, 'src/studio/server/observer/observer.py');
    const command = [attached, observer, '--project', folder, '--', 'app.runtime.serve', '--port', '0'];
    const child = spawn(python, command, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    child.stdin.end();
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  test('a module that was edited is followed without its nodes', async () => {
    const file = join(folder, 'app/workflows/odd_functions.py');
    const source = readFileSync(file, 'utf8');
    writeFileSync(file, `${source}\n# Edited.\n`);
    const own = await startOwn();
    writeFileSync(file, source);
    const { run } = await ask('/odd', { what: '', secret }, { to: own });
    const events = await own.of(run);
    expect(story(events)).toEqual(['run_started', 'unmapped', 'run_ended']);
    expect(JSON.stringify(events)).not.toContain(secret);
    expect(events[1]).toMatchObject({ module: 'app/workflows/odd_functions.py' });
    await own.exit('SIGTERM');
  });
});
