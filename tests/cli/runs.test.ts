import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';

import { runEventSchema } from '../../src/core/events.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated, type RunningService } from '../execution/generatedProject.ts';
import { examples, User } from './catalyst.ts';

let folder: string;
let service: RunningService;

beforeAll(async () => {
  const plans = ['nightly-digest', 'approve-refund'].map((name) =>
    planOf(join(examples, name, `${name}.workflow.json`)),
  );
  folder = writeGenerated(...plans);
  service = await startGenerated(folder, {
    env: {
      RUNS_TOKEN: 'token-of-runs',
      APPROVAL_SECRET: 'a secret for links of this test',
      APPROVER: 'lead@example.com',
    },
    simulatedArgs: ['--first-token-ms', '200'],
  });
});

afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

const articles = [{ title: 'Harbour reopens', text: 'The harbour takes ships again.' }];

async function begin(path = '/digest', input: object = { articles }): Promise<string> {
  const response = await fetch(`${service.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'respond-async' },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(202);
  return z.object({ id: z.string() }).parse(await response.json()).id;
}

test('runs are followed to their end, shown and listed', async () => {
  const user = await User.create({ RUNS_TOKEN: 'token-of-runs' });
  const id = await begin();
  const followed = await user.catalyst('runs', 'follow', id, '--url', service.url, '--json');
  expect(followed).toMatchObject({ exitCode: 0, stderr: '' });
  const events = followed.stdout
    .trim()
    .split('\n')
    .map((line) => runEventSchema.parse(JSON.parse(line)));
  expect(events.at(-1)?.event).toBe('done');
  expect(events.filter(({ event }) => event === 'step').map(({ data }) => 'step' in data && data.step)).toContain(
    'each[0]/summary',
  );

  const read = await user.catalyst('runs', 'follow', id, '--url', service.url);
  expect(read.stdout).toContain('"written"');

  const shown = await user.catalyst('runs', 'show', id, '--url', service.url);
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toMatch(/nightly-digest succeeded/u);
  expect(shown.stdout).toMatch(/each\[0\]\/summary +done +\d+ tokens +\$/u);

  const listed = await user.catalyst('runs', 'list', '--url', service.url, '--since', '1h', '--status', 'succeeded');
  expect(listed.stdout).toContain(id);
  const none = await user.catalyst('runs', 'list', '--url', service.url, '--since', '2099-01-01', '--json');
  expect(JSON.parse(none.stdout)).toEqual([]);
});

test('a list says which runs wait, and for what', { timeout: 60_000 }, async () => {
  const user = await User.create({ RUNS_TOKEN: 'token-of-runs' });
  const id = await begin('/refunds', { order: 'A-1017', amount: 49.9, complaint: 'The kettle arrived broken.' });
  const list = ['runs', 'list', '--url', service.url, '--workflow', 'approve-refund'];
  await expect
    .poll(async () => (await user.catalyst(...list)).stdout, { timeout: 50_000 })
    .toMatch(new RegExp(`${id} +approve-refund +waits for an approval `, 'u'));
  expect((await user.catalyst(...list, '--waits-for', 'approval')).stdout).toContain(id);
  expect((await user.catalyst(...list, '--waits-for', 'event')).stdout).not.toContain(id);
  await user.catalyst('runs', 'cancel', id, '--url', service.url);
  expect((await user.catalyst(...list)).stdout).toMatch(new RegExp(`${id} +approve-refund +cancelled `, 'u'));
});

test('a run is cancelled, and tried again', async () => {
  const user = await User.create();
  const id = await begin();
  // Another program may take longer to start than the run takes.
  await fetch(`${service.url}/runs/${id}`, { method: 'DELETE' });
  const cancelled = await user.catalyst('runs', 'cancel', id, '--url', service.url);
  expect(cancelled.stdout).toBe(`nightly-digest cancelled ${id}\n`);
  const followed = await user.catalyst('runs', 'follow', id, '--url', service.url);
  expect(followed).toMatchObject({ exitCode: 4 });
  expect(followed.stderr).toContain('cancelled');
  const retried = await user.catalyst('runs', 'retry', id, '--url', service.url, '--json');
  const again = z.object({ id: z.string(), retry_of: z.string() }).parse(JSON.parse(retried.stdout));
  expect(again.retry_of).toBe(id);
  expect(await user.catalyst('runs', 'follow', again.id, '--url', service.url)).toMatchObject({ exitCode: 0 });
});

test('runs that have ended are deleted', async () => {
  const user = await User.create({ RUNS_TOKEN: 'token-of-runs' });
  const id = await begin();
  await user.catalyst('runs', 'follow', id, '--url', service.url);
  expect(await user.catalyst('runs', 'delete', '--before', '1d', '--url', service.url)).toMatchObject({
    exitCode: 0,
    stdout: '0 deleted\n',
  });
  const deleted = await user.catalyst('runs', 'delete', '--before', '0s', '--url', service.url);
  expect(deleted.stdout).toMatch(/^[1-9]\d* deleted\n$/u);
  const shown = await user.catalyst('runs', 'show', id, '--url', service.url);
  expect(shown.stderr).toContain('There is no run with this id.');
});

test.each([
  [['list'], 4, 'RUNS_TOKEN'],
  [['show', 'nothing'], 4, 'There is no run with this id.'],
  [['show'], 2, 'needs the id of a run'],
  [['stop', 'x'], 2, 'There are list, show, follow, cancel, retry, delete, approve, reject, dead, resend.'],
  [['list', '--since', 'yesterday'], 2, 'is no time'],
  [['dead', '--queue', 'none'], 4, 'The service has no queue none.'],
  [['resend', 'x', '--queue', 'none'], 4, 'The service has no queue none.'],
  [['delete'], 2, 'delete --before 30d'],
  [['delete', '--before', '30d'], 4, 'RUNS_TOKEN'],
  [['list', '--status', 'done'], 2, 'They are running'],
  [['list', '--waits-for', 'rain'], 2, 'They wait for approval'],
  [['list', '--limit', '0'], 2, 'is no number of runs'],
  [['list', '--url', 'ftp://x'], 2, 'is no address of a service'],
  [['show', 'x', '--url', 'http://127.0.0.1:9'], 4, 'No service answers'],
])('catalyst runs %j says what is wrong', async (args, exitCode, words) => {
  const user = await User.create();
  const url = args.includes('--url') ? [] : ['--url', service.url];
  const said = await user.catalyst('runs', ...args, ...url);
  expect(said).toMatchObject({ exitCode });
  expect(said.stderr).toContain(words);
});
