import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ServerEvent } from '../../src/studio/protocol/index.ts';
import { examples } from '../cli/catalyst.ts';
import { RunsStudio } from './runsStudio.ts';

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
async function runTests(only?: string[]): Promise<readonly TestEvent[]> {
  const from = studio.events.length;
  await studio.runs.handlers.startTests({ file, text, only });
  const told = (): readonly TestEvent[] =>
    studio.events.slice(from).filter((event): event is TestEvent & { seenAt: number } => event.type === 'tests');
  await studio.until(() => told().some(({ state }) => state !== 'running'), 100);
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
