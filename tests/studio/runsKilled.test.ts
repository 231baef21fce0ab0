import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { examples, User } from '../cli/catalyst.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { pageOf } from './commandPage.ts';
import { processesIn } from './runsStudio.ts';

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let round = 0; !(await holds()); round += 1) {
    if (round > 600) throw new Error('In vain.');
    await sleep(50);
  }
}

test('a Studio that is killed leaves no process, loses the last second, and says so at its next start', async () => {
  const user = await User.create({ CATALYST_DATA_DIR: await temporaryFolder() });
  const cache = user.env['CATALYST_CACHE_DIR'] ?? '';
  await copyFile(join(examples, 'chat', 'chat.workflow.json'), join(user.folder, 'chat.workflow.json'));
  const text = await readFile(join(user.folder, 'chat.workflow.json'), 'utf8');
  const args = ['studio', 'chat.workflow.json', '--no-open', '--port', '0'];
  const session = user.start(...args);
  const studio = await pageOf(session);
  const { opened: file = '', faults } = await studio.ask('studio', {});
  expect(faults.length).toBeGreaterThan(50);
  await studio.ask('setSimulator', { firstTokenMs: 100, tokensPerSecond: 5 });
  const { run } = await studio.ask('startRun', { file, text, input: { message: 'Hi' } });
  const isStreaming = async (): Promise<boolean> =>
    (await studio.ask('run', { run })).updates.filter(({ kind }) => kind === 'event').length > 5;
  await until(isStreaming);
  // What was asked for is kept at once; from here on it has to be kept by itself.
  await sleep(2_000);
  expect((await processesIn(cache)).length).toBe(2);
  session.child.kill('SIGKILL');
  await until(async () => (await processesIn(cache)).length === 0);

  const next = await pageOf(user.start(...args));
  const { opened = '' } = await next.ask('studio', {});
  const { runs } = await next.ask('runs', { file: opened });
  expect(runs).toMatchObject([{ id: run, state: 'failed' }]);
  const kept = await next.ask('run', { run });
  expect(kept.updates.at(-1)).toMatchObject({ kind: 'state', note: 'The Studio ended while this ran.' });
  // Five tokens a second for two more seconds, but for the last one.
  expect(kept.updates.filter(({ kind }) => kind === 'event').length).toBeGreaterThan(9);
});
