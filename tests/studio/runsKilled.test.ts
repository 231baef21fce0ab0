import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { routes, type RouteAnswer, type RouteBody, type RouteName } from '../../src/studio/protocol/index.ts';
import { examples, User } from '../cli/catalyst.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { processesIn } from './runsStudio.ts';

type Ask = <Name extends RouteName>(name: Name, body: RouteBody<Name>) => Promise<RouteAnswer<Name>>;

/** Starts a Studio as one types it; gives a way to ask it what a page asks. */
async function startStudio(user: User): Promise<{ readonly kill: () => void; readonly ask: Ask }> {
  const session = user.start('studio', 'chat.workflow.json', '--no-open', '--port', '0');
  const [address] = await session.until(/http:.*(?=\n)/);
  const { origin, hash } = new URL(address);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}`, Origin: origin };
  return {
    kill: () => void session.child.kill('SIGKILL'),
    ask: async (name, body) => {
      const answer = await fetch(`${origin}/api/${name}`, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
      return routes[name].answer.parse(await answer.json()) as RouteAnswer<typeof name>;
    },
  };
}

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
  const studio = await startStudio(user);
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
  studio.kill();
  await until(async () => (await processesIn(cache)).length === 0);

  const next = await startStudio(user);
  const { opened = '' } = await next.ask('studio', {});
  const { runs } = await next.ask('runs', { file: opened });
  expect(runs).toMatchObject([{ id: run, state: 'failed' }]);
  const kept = await next.ask('run', { run });
  expect(kept.updates.at(-1)).toMatchObject({ kind: 'state', note: 'The Studio ended while this ran.' });
  // Five tokens a second for two more seconds, but for the last one.
  expect(kept.updates.filter(({ kind }) => kind === 'event').length).toBeGreaterThan(9);
  next.kill();
});
