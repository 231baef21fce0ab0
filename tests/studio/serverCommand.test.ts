import { request, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { runtimeSources } from '../../src/core/codegen/python/index.ts';
import { newWorkflowText } from '../../src/core/workflow/edits/index.ts';
import { runtimePath } from '../../src/studio/protocol/runtimePath.ts';
import { examples, User } from '../cli/catalyst.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { pageOf, type CommandPage } from './commandPage.ts';

async function createUser(): Promise<User> {
  return User.create({ CATALYST_DATA_DIR: await temporaryFolder() });
}

async function occupy(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

test('one line says where the page is, which is the built one; a signal ends it all', async () => {
  const user = await createUser();
  await copyFile(join(examples, 'chat', 'chat.workflow.json'), join(user.folder, 'chat.workflow.json'));
  const session = user.start('studio', 'chat.workflow.json', '--port', '0');
  const page = await pageOf(session);
  const html = await (await fetch(page.origin)).text();
  const [, styles = ''] = /href="(\/assets\/[^"]+\.css)"/.exec(html) ?? [];
  const loaded = await fetch(page.origin + styles);
  expect(loaded.headers.get('content-type')).toContain('text/css');
  expect(loaded.headers.get('content-encoding')).toBe('gzip');
  // The compiler's worker has the runtime from here.
  const runtime = (await (await fetch(page.origin + runtimePath)).json()) as Record<string, string>;
  expect(Object.values(runtime).toSorted()).toEqual(Object.values(runtimeSources).toSorted());
  const { opened = '', files, folder } = await page.ask('studio', {});
  expect(files.map(({ path, id }) => [path, id])).toEqual([['chat.workflow.json', opened]]);
  expect(user.folder.endsWith(folder)).toBe(true);
  expect((await page.ask('openFile', { file: opened })).text).toBe(
    await readFile(join(examples, 'chat', 'chat.workflow.json'), 'utf8'),
  );

  const stopped = performance.now();
  session.child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await session.finished;
  expect([exitCode, stderr]).toEqual([130, '']);
  expect(stdout).toBe(`${page.origin}/#token=${page.token}\n`);
  expect(performance.now() - stopped).toBeLessThan(3_000);
});

test('the folder is the current one by itself; without workflows there are the examples', async () => {
  const user = await createUser();
  const page = await pageOf(user.start('studio', '--port', '0', '--no-open'));
  const { files, examples: offered, opened } = await page.ask('studio', {});
  expect([files, opened]).toEqual([[], undefined]);
  const [example] = offered;
  const made = await page.ask('createFile', { name: 'first', example: example?.name });
  expect((await page.ask('openFile', { file: made.id })).name).toBe('first');
});

test('what cannot be opened is said, with the way out', async () => {
  const user = await createUser();
  await writeFile(join(user.folder, 'package.json'), '{"name": "x"}');
  await writeFile(join(user.folder, 'notes.txt'), 'nodes');
  await writeFile(join(user.folder, 'latin.workflow.json'), Buffer.from([0x7b, 0xe9, 0x7d]));
  await mkdir(join(user.folder, 'empty'));
  const said = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await user.catalyst('studio', '--no-open', ...args);
    expect([args, exitCode, stdout]).toEqual([args, 2, '']);
    return stderr;
  };
  expect(await said('nowhere.workflow.json')).toMatch(
    /nowhere\.workflow\.json does not exist\.\n {2}hint: .*catalyst new/,
  );
  expect(await said('package.json')).toMatch(/package\.json is no workflow file\.\n {2}hint: .*\.workflow\.json/);
  expect(await said('notes.txt')).toMatch(/is no workflow file/);
  expect(await said('latin.workflow.json')).toMatch(/is not UTF-8 text/);
  expect(await said('--port', '99999')).toMatch(/is not a port/);
  expect(await said('--host', '0.0.0.0')).toMatch(/other machines.*\n {2}hint: .*--i-know/);
  const port = await occupy(0);
  expect(await said('--port', String(port))).toMatch(/in use\.\n {2}hint: .*--port/);
});

test('a broken workflow file is opened, to be mended', async () => {
  const user = await createUser();
  await writeFile(join(user.folder, 'half.workflow.json'), '{"nodes": [');
  const page = await pageOf(user.start('studio', 'half.workflow.json', '--port', '0'));
  const { opened = '' } = await page.ask('studio', {});
  expect(await page.ask('openFile', { file: opened })).toMatchObject({ text: '{"nodes": [', sources: {} });
});

test('the usual port is a wish, and other machines are let in only by who knows', async () => {
  const user = await createUser();
  await occupy(4747).catch(() => undefined);
  const { origin } = await pageOf(user.start('studio'));
  expect(origin).not.toBe('http://127.0.0.1:4747');
  const open = user.start('studio', '--host', '0.0.0.0', '--i-know', '--port', '0');
  await open.until(/warning: .*can run code as you/);
  const page = await pageOf(open);
  const { port } = new URL(page.origin);
  expect(await statusFor(port, `127.0.0.1:${port}`)).toBe(200);
  expect(await statusFor(port, `evil.example:${port}`)).toBe(421);
});

/** `fetch` chooses the Host itself. */
async function statusFor(port: string, host: string): Promise<number | undefined> {
  const asked = request({ host: '127.0.0.1', port, headers: { Host: host } }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test('an end in the middle of what pages ask says nothing of faults', async () => {
  const user = await createUser();
  await writeFile(join(user.folder, 'one.workflow.json'), newWorkflowText('one'));
  for (const delay of [0, 40, 120]) {
    const session = user.start('studio', 'one.workflow.json', '--port', '0');
    const page = await pageOf(session);
    const { opened: file = '' } = await page.ask('studio', {});
    const asked = [
      page.ask('openFile', { file }),
      page.ask('versions', { file }),
      page.ask('runs', {}),
      page.ask('pins', { file }),
    ].map((answer) => answer.catch(() => undefined));
    setTimeout(() => session.child.kill('SIGTERM'), delay);
    const { exitCode, stderr } = await session.finished;
    expect([exitCode, stderr]).toEqual([143, '']);
    await Promise.all(asked);
  }
});

/** As a page does: each save is made from the one before. */
async function saveOn(page: CommandPage, file: string, from: number, onSaved: (i: number) => void): Promise<void> {
  let { hash: base } = await page.ask('openFile', { file });
  for (let i = from; ; i += 1) {
    ({ hash: base } = await page.ask('saveFile', { file, save: { text: textOf(i), base, title: `Step ${i}` } }));
    onSaved(i);
  }
}

function textOf(i: number): string {
  return JSON.stringify({ version: 1, name: 'one', i, filler: String(i).repeat(20_000) });
}

test('killed at any moment while it saves: the file is the old text or the new one, and the history goes on', async () => {
  const user = await createUser();
  const path = join(user.folder, 'one.workflow.json');
  await writeFile(path, newWorkflowText('one'));
  let saved = -1;
  while (saved < 100) {
    const session = user.start('studio', 'one.workflow.json', '--port', '0');
    const page = await pageOf(session);
    const { opened = '' } = await page.ask('studio', {});
    const last = saved + 5 + Math.floor(Math.random() * 15);
    await saveOn(page, opened, saved + 1, (i) => {
      saved = i;
      if (i === last) setTimeout(() => session.child.kill('SIGKILL'), Math.random() * 25);
    }).catch(() => undefined);
    const { stderr } = await session.finished;
    expect(stderr).toBe('');
    const text = await readFile(path, 'utf8');
    expect([newWorkflowText('one'), textOf(saved), textOf(saved + 1)]).toContain(text);
    // What was saved and not told counts as saved.
    if (text === textOf(saved + 1)) saved += 1;
    if (saved >= 0) expect(text).toBe(textOf(saved));
  }
  const page = await pageOf(user.start('studio', 'one.workflow.json', '--port', '0'));
  const { opened = '' } = await page.ask('studio', {});
  const { hash } = await page.ask('openFile', { file: opened });
  const { versions } = await page.ask('versions', { file: opened });
  expect(versions[0]?.hash).toBe(hash);
  expect(versions.length).toBeGreaterThan(50);
});
