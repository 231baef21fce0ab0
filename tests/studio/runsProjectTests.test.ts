import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ServerEvent } from '../../src/studio/protocol/index.ts';
import { projectHash } from '../../src/host/projectHash.ts';
import { examples, User } from '../cli/catalyst.ts';
import { filesBelow, RunsStudio, stateOf } from './runsStudio.ts';

type TestEvent = Extract<ServerEvent, { type: 'tests' }>;

let studio: RunsStudio;
let text: string;
const file = 'support-chat.workflow.json';

beforeAll(async () => {
  studio = await RunsStudio.open();
  await cp(join(examples, 'support-chat'), studio.folder, { recursive: true });
  text = await readFile(join(studio.folder, file), 'utf8');
  await studio.runs.handlers.trust({ file, text });
});

afterAll(async () => studio.remove());

/** Runs tests as the page does; gives what it is told. */
async function runTests(only?: string[], of = { file, text }): Promise<readonly TestEvent[]> {
  const from = studio.events.length;
  await studio.runs.handlers.startTests({ ...of, only });
  const told = (): readonly TestEvent[] =>
    studio.events.slice(from).filter((event): event is TestEvent & { seenAt: number } => event.type === 'tests');
  await studio.until(() => told().some(({ state }) => state !== 'running'));
  return told();
}

test('the tests of the project run one after the other, and each names its nodes', async () => {
  const told = await runTests();
  const results = told.flatMap(({ result }) => result ?? []);
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(results.length).toBeGreaterThan(5);
  expect(told.at(-1)).toMatchObject({ state: 'done', note: `${results.length} passed` });
  const order = results.find(({ name }) => name.includes('order_reply'));
  expect(order?.nodes).toEqual(expect.arrayContaining(['get_order', 'order_reply']));

  const [first] = results;
  const again = await runTests([first?.name ?? '']);
  expect(again.flatMap(({ result }) => result?.name ?? [])).toEqual([first?.name]);
});

test('a failure has its message and the lines where it came from', async () => {
  const python = join('functions', 'orders.py');
  const code = await readFile(join(studio.folder, python), 'utf8');
  await studio.write(python, `${code}\n\nraise RuntimeError("no table today")\n`);
  await studio.runs.handlers.trust({ file, text });
  const told = await runTests();
  await studio.write(python, code);
  const failed = told.flatMap(({ result }) => (result?.outcome === 'failed' ? [result] : []));
  expect(failed[0]?.message).toContain('no table today');
  expect(failed[0]?.frames.at(-1)).toMatchObject({ file: 'app/functions/orders.py' });
  expect(failed[0]?.frames.at(-1)?.text).toContain('raise RuntimeError');
  expect(told.at(-1)).toMatchObject({ state: 'done', note: expect.stringMatching(/^\d+ failed/) });
});

test('tests can be stopped', async () => {
  await studio.runs.handlers.startTests({ file, text });
  await studio.runs.handlers.stopTests({ file });
  expect(studio.events.at(-1)).toMatchObject({ type: 'tests', state: 'failed', note: 'Stopped.' });
});

/** Names and outcomes of the tests that were recorded, with the nodes of those that failed. */
async function recordedTests(of: { file: string; text: string }): Promise<Record<string, string>> {
  const results = (await runTests(undefined, of)).flatMap(({ result }) => result ?? []);
  const recorded = results.filter(({ name }) => name.includes('test_recorded_runs.py'));
  return Object.fromEntries(
    recorded.map(({ name, outcome, nodes }) => [
      name.replace(/.*\[(.*)\]/, '$1'),
      outcome === 'failed' ? `failed at ${nodes.join(', ')}` : outcome,
    ]),
  );
}

test('a recorded run becomes a test beside the workflow, which build takes along and a changed flow fails', async () => {
  const run = await studio.start({ file, text, input: { message: 'Where is order A-1042?' } });
  await studio.ended(run);
  expect(stateOf(studio.updates(run))).toMatchObject({ state: 'done' });
  const made = await studio.runs.handlers.makeTest({ run, name: 'Where is my order?' });
  expect(made).toEqual({ path: 'tests/where-is-my-order.run.json' });
  expect(JSON.parse(await readFile(join(studio.folder, made.path), 'utf8'))).toEqual({
    catalystRun: 1,
    workflow: file,
    input: { message: 'Where is order A-1042?' },
    headers: {},
    env: { SUPPORT_REGION: null },
    answers: [
      { node: 'answer', calls: [{ name: 'get_order', arguments: { number: 'A-1042' } }], finishReason: 'tool_calls' },
    ],
    functions: { get_order: [{ result: expect.objectContaining({ number: 'A-1042' }) }] },
    expect: { output: { order: expect.objectContaining({ number: 'A-1042' }) } },
  });
  expect(await studio.runs.handlers.makeTest({ run, name: 'Where is my order?' })).toEqual({
    path: 'tests/where-is-my-order-2.run.json',
  });
  const names = ['where-is-my-order', 'where-is-my-order-2'].flatMap((name) =>
    ['whole', 'streamed'].map((form) => `support_chat/${name}-${form}`),
  );
  expect(await recordedTests({ file, text })).toEqual(Object.fromEntries(names.map((name) => [name, 'passed'])));
  const changed = text.replace('"order": "{{ nodes.get_order.output }}"', '"found": "{{ nodes.get_order.output }}"');
  await studio.runs.handlers.trust({ file, text: changed });
  expect(await recordedTests({ file, text: changed })).toEqual(
    Object.fromEntries(names.map((name) => [name, 'failed at order_reply, get_order'])),
  );

  const user = await User.create();
  const built = await user.catalyst('build', join(studio.folder, file), '--out', 'built');
  expect(built.exitCode).toBe(0);
  const again = await studio.start({ file, text, input: { message: 'Hi' } });
  await studio.ended(again);
  const { projectHash: hash } = await studio.runs.handlers.run({ run: again });
  expect(hash).toBe(projectHash(await filesBelow(join(user.folder, 'built'))));
  await writeFile(join(studio.folder, 'tests', 'broken.run.json'), '{');
  const doubtful = await user.catalyst('build', join(studio.folder, file), '--out', 'built');
  expect(doubtful).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('tests/broken.run.json') });
});

test('runs of called workflows, tools, refusals and broken answers become tests too', async () => {
  await cp(join(examples, 'help-desk'), studio.folder, { recursive: true });
  const help = { file: 'help-desk.workflow.json', text: '' };
  help.text = await readFile(join(studio.folder, help.file), 'utf8');
  await studio.runs.handlers.trust(help);
  const record = async (name: string, fault?: string): Promise<void> => {
    const fast = { firstTokenMs: 0, tokensPerSecond: 100_000 };
    await studio.runs.handlers.setSimulator({ ...fast, ...(fault !== undefined && { fault }) });
    const run = await studio.start({ ...help, input: { message: 'Where is my order A-1042?' } });
    await studio.ended(run);
    await studio.runs.handlers.makeTest({ run, name });
  };
  await record('order');
  await record('refused', 'refusal');
  await record('wrong key', 'invalid_api_key');
  await studio.runs.handlers.setSimulator({ firstTokenMs: 0, tokensPerSecond: 100_000 });
  expect(await recordedTests(help)).toEqual({
    'help_desk/order-whole': 'passed',
    'help_desk/order-streamed': 'passed',
    'help_desk/refused-whole': 'passed',
    'help_desk/refused-streamed': 'passed',
    'help_desk/wrong-key-whole': 'passed',
    'help_desk/wrong-key-streamed': 'passed',
  });
});

test('a workflow that asks no model is run and tested as any other', async () => {
  const echo = { file: 'echo.workflow.json', text: '' };
  echo.text = JSON.stringify({
    version: 1,
    name: 'echo',
    nodes: [
      { id: 'ask', type: 'httpEndpoint', config: { path: '/echo', stream: 'never' } },
      { id: 'reply', type: 'response', config: { output: { said: 'ok' } } },
    ],
    edges: [{ source: 'ask', target: 'reply' }],
  });
  const run = await studio.start({ ...echo, input: {} });
  await studio.ended(run);
  expect(stateOf(studio.updates(run))).toMatchObject({ state: 'done' });
  await studio.runs.handlers.makeTest({ run, name: 'echo' });
  expect(await recordedTests(echo)).toEqual({ 'echo/echo-whole': 'passed' });
});
