import { appendFile, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { examples, User } from './catalyst.ts';

const chat = join(examples, 'chat', 'chat.workflow.json');
const support = join(examples, 'support-chat', 'support-chat.workflow.json');
const extract = join(examples, 'extract-order', 'extract-order.workflow.json');

test('says what it created, then that nothing is to be done', async () => {
  const user = await User.create();
  const first = await user.catalyst('build', chat, '--out', 'service');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(first.stdout).toContain('created app/main.py');
  expect(first.stdout).toContain('cd service');
  const second = await user.catalyst('build', chat, '--out', 'service');
  expect(second.stdout).toMatch(/^service is up to date \(\d+ files\)\.\n$/);
});

test('the same input gives the same bytes wherever it is built', async () => {
  const user = await User.create();
  await user.catalyst('build', support, '--out', 'a');
  await user.catalyst('build', support, '--out', 'b');
  const paths = (await readdir(join(user.folder, 'a'), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(paths.length).toBeGreaterThan(10);
  for (const path of paths) {
    const twin = join(user.folder, 'b', path.slice(join(user.folder, 'a').length));
    expect(await readFile(twin), path).toEqual(await readFile(path));
  }
});

test('an edited file stops the build, is named, and is overwritten only with --force', async () => {
  const user = await User.create();
  await user.catalyst('build', chat, '--out', 'service');
  const edited = join(user.folder, 'service/app/workflows/chat.py');
  await appendFile(edited, '# mine\n');

  const refused = await user.catalyst('build', chat, '--out', 'service');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('app/workflows/chat.py');
  expect(refused.stderr).toContain('--force');
  expect(await readFile(edited, 'utf8')).toContain('# mine');

  expect(await user.catalyst('build', chat, '--out', 'service', '--force')).toMatchObject({ exitCode: 0 });
  expect(await readFile(edited, 'utf8')).not.toContain('# mine');
});

test('several workflows become one service; what is no longer built goes', async () => {
  const user = await User.create();
  const report = JSON.parse((await user.catalyst('build', extract, chat, '--out', 'service', '--json')).stdout) as {
    created: string[];
  };
  expect(report.created).toEqual(expect.arrayContaining(['app/workflows/chat.py', 'app/workflows/extract_order.py']));
  const less = await user.catalyst('build', chat, '--out', 'service');
  expect(less.stdout).toContain('removed app/workflows/extract_order.py');
});

test('two workflows that would take the same place are refused', async () => {
  const user = await User.create();
  await user.catalyst('new', 'chat', '--example', 'chat');
  const { exitCode, stderr } = await user.catalyst('build', chat, 'chat/chat.workflow.json', '--out', 'service');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('both have the name chat');
  const sameEndpoint = await user.catalyst('build', chat, support, '--out', 'service');
  expect(sameEndpoint.stderr).toContain('both have the endpoint POST /chat');
});

test('the folder is shown as it was typed, with a cd that works', async () => {
  const user = await User.create();
  const absolute = join(user.folder, 'my service');
  const { stdout } = await user.catalyst('build', chat, '--out', absolute);
  expect(stdout).toContain(`\n${absolute}: `);
  expect(stdout).toContain(`  cd '${absolute}'\n`);
});
