import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { faults } from '../../src/studio/server/runs/faults.ts';
import type { Database } from '../../src/studio/server/store/collection.ts';
import { openDatabase } from '../../src/studio/server/store/database.ts';
import { RunStore, type RunToKeep } from '../../src/studio/server/store/runs.ts';
import { examples } from '../cli/catalyst.ts';
import { python } from '../execution/generatedProject.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { RunsStudio } from './runsStudio.ts';

let studio: RunsStudio;
let text: string;
const file = 'chat.workflow.json';

beforeAll(async () => {
  studio = await RunsStudio.open();
  text = await readFile(join(examples, 'chat', file), 'utf8');
  await studio.write(file, text);
});

afterAll(async () => studio.remove());

async function openIn(folder: string): Promise<Database> {
  return openDatabase({ env: { CATALYST_DATA_DIR: folder }, onNotice: () => undefined });
}

function runOf(id: string, startedAt: number, more: Partial<RunToKeep['summary']> = {}): RunToKeep {
  const update = { kind: 'state', at: startedAt + 5, state: 'running' };
  return {
    file: '/work/chat.workflow.json',
    summary: { id, workflow: 'chat', startedAt, state: 'done', answeredBy: 'simulated', input: id, ...more },
    text: `text of ${id}`,
    headers: {},
    updates: [JSON.stringify(update)],
    wires: new Map([
      [
        'call',
        {
          status: 200,
          headers: { 'content-type': 'text/plain' },
          pieces: [
            { atMs: 1.5, bytes: Buffer.from('é\u2028') },
            { atMs: 2, bytes: Uint8Array.of(0xff, 0x00, 0xc3) },
          ],
          isComplete: true,
        },
      ],
    ]),
  };
}

test('a run that its Studio left behind is marked, one of a living Studio is not', async () => {
  const folder = await temporaryFolder();
  const before = await openIn(folder);
  const running = { state: 'running' } as const;
  await new RunStore(before, { pid: 2 ** 30 }).keep(runOf('of the dead', 1, running));
  await new RunStore(before, { pid: process.ppid }).keep(runOf('of the living', 2, running));
  await before.close();
  const after = await openIn(folder);
  const store = new RunStore(after);
  await store.markBrokenOff();
  expect(store.list({ limit: 9 }).map(({ id, head }) => [id, head.summary.state])).toEqual([
    ['of the living', 'running'],
    ['of the dead', 'failed'],
  ]);
  const dead = await store.open('of the dead');
  expect(dead?.updates.at(-1)).toEqual({
    kind: 'state',
    at: 6,
    state: 'failed',
    note: 'The Studio ended while this ran.',
  });
  expect(dead?.wires.get('call')?.pieces.map(({ bytes }) => [...bytes])).toEqual([
    [...Buffer.from('é\u2028')],
    [0xff, 0x00, 0xc3],
  ]);
  await after.close();
});

test('the oldest runs go when there is no more room, but for those that pins and tests are from', async () => {
  const database = await openIn(await temporaryFolder());
  const store = new RunStore(database, { mostBytes: 6_000 });
  const noise = (seed: number): string =>
    Array.from({ length: 900 }, (_, place) => Math.sin(seed + place))
      .join(' ')
      .slice(0, 2_500);
  for (const [place, id] of ['pinned', 'tested', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].entries()) {
    await store.keep({ ...runOf(id, place), text: noise(place) });
    if (id === 'pinned' || id === 'tested') await store.makeLasting(id, id);
  }
  const ids = (): string[] => store.list({ limit: 99 }).map(({ id }) => id);
  expect(ids().slice(-2)).toEqual(['tested', 'pinned']);
  expect(ids()[0]).toBe('i');
  expect(ids().length).toBeLessThan(9);
  expect((await store.open('pinned'))?.text).toBe(noise(0));
  await store.letPass('pinned');
  await store.letPass('tested');
  await store.keep({ ...runOf('j', 20), text: noise(20) });
  expect(ids()).not.toContain('pinned');
  expect(ids()).toContain('tested');
  store.forget({});
  expect(ids()).toEqual([]);
  await database.close();
});

test('runs are listed newest first, filtered, opened while they go on, and forgotten', async () => {
  const [first, second] = [
    await studio.start({ file, text, input: { message: 'About llamas' } }),
    await studio.start({ file, text, input: { message: 7 } }),
  ];
  await Promise.all([studio.ended(first), studio.ended(second)]);
  const list = async (filter = {}): Promise<string[]> => {
    const { runs, size } = await studio.runs.handlers.runs({ limit: 100, ...filter });
    expect(size).toBeGreaterThanOrEqual(0);
    return runs.map(({ id }) => id);
  };
  expect(await list()).toEqual([second, first]);
  expect(await list({ limit: 1 })).toEqual([second]);
  expect(await list({ state: 'failed' })).toEqual([second]);
  expect(await list({ search: 'LLAMAS' })).toEqual([first]);
  expect(await list({ file: 'other.workflow.json' })).toEqual([]);
  const [newest] = (await studio.runs.handlers.runs({ limit: 1 })).runs;
  expect(await list({ before: newest?.startedAt })).toEqual([first]);

  await studio.runs.handlers.setSimulator({ firstTokenMs: 60_000, tokensPerSecond: 10 });
  const open = await studio.start({ file, text, input: { message: 'Now' } });
  await studio.until(() => studio.updates(open).some(({ kind }) => kind === 'call'));
  const seen = await studio.runs.handlers.run({ run: open });
  expect(seen).toMatchObject({ state: 'running' });
  expect(seen.updates.map(({ kind }) => kind)).toContain('node_started');
  await studio.runs.handlers.forgetRuns({ runs: [first, open] });
  expect(await list()).toEqual([open, second]);
  await studio.runs.handlers.stopRun({ run: open });
  await studio.ended(open);
  await studio.runs.handlers.setSimulator({ firstTokenMs: 0, tokensPerSecond: 100_000 });
  await studio.runs.handlers.forgetRuns({});
  expect(await list()).toEqual([]);
});

test('pins and requests of a file are there again for the next Studio', async () => {
  const run = await studio.start({ file, text, input: { message: 'Hi' } });
  await studio.ended(run);
  const pins = [{ node: 'answer', value: 'Pinned.', run }];
  const requests = [{ name: 'Hello', input: { message: 'Hello' }, headers: {} }];
  await studio.runs.handlers.setPins({ file, pins });
  await studio.runs.handlers.setRequests({ file, requests });
  await studio.close();
  studio = await RunsStudio.open({}, studio.root);
  expect(await studio.runs.handlers.pins({ file })).toEqual({ pins });
  expect(await studio.runs.handlers.requests({ file })).toEqual({ requests });
  expect(await studio.runs.handlers.requests({ file: 'other' })).toEqual({ requests: [] });
  expect(await studio.runs.handlers.run({ run })).toMatchObject({ id: run, state: 'done' });
});

test('the faults to choose from are those that the simulated providers know', () => {
  const runtime = resolve(import.meta.dirname, '../../runtime/python');
  const help = execFileSync(python, ['-m', 'tests.simulated_providers', '--help'], { cwd: runtime, encoding: 'utf8' });
  const [, table = ''] = help.split('is of that API alone.');
  const known = [...table.matchAll(/^ {2}(\w+)\s+(\S.*)$/gm)].map(([, name, about]) => ({ name, about }));
  const byName = (a: { name?: string | undefined }, b: { name?: string | undefined }): number =>
    (a.name ?? '') < (b.name ?? '') ? -1 : 1;
  const listed = faults.map(({ name, about }) => ({ name, about }));
  expect(listed.toSorted(byName)).toEqual(known.filter(({ name }) => name !== 'none').toSorted(byName));
  const groups = new Set(faults.map(({ group }) => group));
  expect([...groups].toSorted()).toEqual(
    expect.arrayContaining(['Groq', 'Refusals', 'Slow and broken connections', 'Unusual answers', 'Unusual streams']),
  );
});
