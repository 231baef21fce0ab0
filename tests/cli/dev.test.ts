import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { User } from './catalyst.ts';

async function ask(url: string, message: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ message }),
  });
}

test('serves, shows requests, takes a good change over, keeps the last good version on a bad one', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const file = join(user.folder, 'bot/bot.workflow.json');
  const session = user.start('dev', 'bot/bot.workflow.json', '--port', '0');
  const [, url = ''] = await session.until(/curl -N (\S+)/);
  const before = await (await ask(url, 'Hi')).text();
  expect(before).toContain('event: done');
  await session.until(/POST \/chat 200 \d+ ms \d+ tokens/);

  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('briefly', 'in rhymes'));
  await session.until(/reloaded bot/);
  expect(await (await ask(url, 'Hi')).text()).toContain('rhymes');

  await writeFile(file, text.replace('briefly', 'in rhymes').replace('\n', '\n\n'));
  await session.until(/unchanged bot/);

  await writeFile(file, text.slice(0, -20));
  await session.until(/The last good version goes on serving/);
  expect(await (await ask(url, 'Hi')).text()).toContain('rhymes');

  session.child.kill('SIGINT');
  expect(await session.finished).toMatchObject({ exitCode: 130 });
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});

test('a change of the Python that a workflow names is taken over, without asking for trust again', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'support-chat');
  const session = user.start('dev', 'bot/bot.workflow.json', '--port', '0');
  // At once: the file may not be watched yet.
  const [, url = ''] = await session.until(/curl -N (\S+)/);
  const orders = join(user.folder, 'bot/functions/orders.py');
  await writeFile(orders, (await readFile(orders, 'utf8')).replaceAll('shipped', 'lost at sea'));
  await session.until(/reloaded bot/);
  expect(await (await ask(url, 'Where is order A-1042?')).text()).toContain('lost at sea');
});

test('a change while the first version starts is taken over', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const file = join(user.folder, 'bot/bot.workflow.json');
  const text = await readFile(file, 'utf8');
  const session = user.start('dev', 'bot/bot.workflow.json', '--port', '0');
  // The first version is written, and its service comes up.
  await expect.poll(() => existsSync(join(user.folder, '.catalyst/bot/requirements.txt')), { interval: 5 }).toBe(true);
  await writeFile(file, text.replace('briefly', 'in rhymes'));
  await session.until(/reloaded bot/);
  const [, url = ''] = await session.until(/curl -N (\S+)/);
  expect(await (await ask(url, 'Hi')).text()).toContain('rhymes');
});

test('a caller who hangs up is shown, and only callers of this machine are served', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const session = user.start('dev', 'bot/bot.workflow.json', '--port', '0', '--json');
  const [, url = ''] = await session.until(/"event":"ready","name":"bot","url":"([^"]+)"/);
  const abort = new AbortController();
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: '{"message": "Why is the sky blue?"}',
    signal: abort.signal,
  });
  await answer.body?.getReader().read();
  abort.abort();
  await session.until(/"event":"request".*"outcome":"cancelled"/);
  expect((await ask(url, 'Hi', { origin: 'https://example.com' })).status).toBe(403);
});

test('a port that is taken is said before anything starts', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const { exitCode, stderr } = await user.catalyst('dev', 'bot/bot.workflow.json', '--port', String(port));
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`Port ${port} is in use.`);
});

test('a file that is wrong from the start is waited for', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const file = join(user.folder, 'bot/bot.workflow.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, '{');
  const session = user.start('dev', 'bot/bot.workflow.json', '--port', '0');
  await session.until(/Nothing is served until this is mended/);
  await writeFile(file, text);
  const [, url = ''] = await session.until(/curl -N (\S+)/);
  expect((await ask(url, 'Hi')).status).toBe(200);
});
