import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { HostError } from '../../src/host/errors.ts';
import { manifestName, writeProject } from '../../src/host/projectWriter.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const main = { path: 'app/main.py', content: 'one\n' };
const extra = { path: 'app/workflows/chat.py', content: 'chat\n' };

const text = (folder: string, path: string): Promise<string> => readFile(join(folder, path), 'utf8');

test('creates what is new, changes what is ours, leaves what is equal alone', async () => {
  const folder = await temporaryFolder();
  expect(writeProject(folder, [main, extra])).toMatchObject({
    created: ['app/main.py', 'app/workflows/chat.py'],
  });
  const past = new Date(1_000_000_000_000);
  await utimes(join(folder, extra.path), past, past);

  const report = writeProject(folder, [{ ...main, content: 'two\n' }, extra]);
  expect(report).toMatchObject({
    created: [],
    changed: ['app/main.py'],
    unchanged: ['app/workflows/chat.py'],
    conflicts: [],
  });
  expect(await text(folder, main.path)).toBe('two\n');
  expect((await stat(join(folder, extra.path))).mtimeMs).toBe(past.getTime());
});

test('an edited file is a conflict, and then nothing at all is written', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main, extra]);
  await writeFile(join(folder, extra.path), 'mine\n');

  const report = writeProject(folder, [
    { ...main, content: 'two\n' },
    { ...extra, content: 'new chat\n' },
  ]);
  expect(report.conflicts).toEqual([extra.path]);
  expect(await text(folder, main.path)).toBe('one\n');
  expect(await text(folder, extra.path)).toBe('mine\n');

  writeProject(folder, [{ ...extra, content: 'new chat\n' }], { force: true });
  expect(await text(folder, extra.path)).toBe('new chat\n');
});

test('a file that was there before us is a conflict, unless it has the same bytes', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, main.path), 'somebody else\n');
  expect(writeProject(folder, [main]).conflicts).toEqual([main.path]);
  await writeFile(join(folder, main.path), main.content);
  expect(writeProject(folder, [main])).toMatchObject({ conflicts: [], unchanged: [main.path] });
});

test('what is no longer generated goes, with its empty folders, unless it was edited', async () => {
  const folder = await temporaryFolder();
  const edited = { path: 'app/functions/orders.py', content: 'orders\n' };
  writeProject(folder, [main, extra, edited]);
  await writeFile(join(folder, edited.path), 'mine\n');

  expect(writeProject(folder, [main])).toMatchObject({ removed: [extra.path], kept: [edited.path] });
  expect(existsSync(join(folder, 'app/workflows'))).toBe(false);
  expect(await text(folder, edited.path)).toBe('mine\n');
});

test('files that are not ours survive everything', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main]);
  await writeFile(join(folder, 'app/notes.txt'), 'keep me');
  writeProject(folder, [], { force: true });
  expect(existsSync(join(folder, main.path))).toBe(false);
  expect(await text(folder, 'app/notes.txt')).toBe('keep me');
});

test.each([
  '../evil.py',
  '/etc/evil',
  'app/../../evil.py',
  'app//x',
  'C:/x',
  String.raw`app\x.py`,
  'app/x\u0000.py',
  '.',
])('refuses the path %j', async (path) => {
  const folder = await temporaryFolder();
  expect(() => writeProject(folder, [{ path, content: '' }])).toThrow(expect.objectContaining({ code: 'unsafe_path' }));
});

test('never writes or removes through a symbolic link', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(elsewhere, 'main.py'), main.content);
  await symlink(elsewhere, join(folder, 'app'));
  expect(() => writeProject(folder, [main], { force: true })).toThrow(expect.objectContaining({ code: 'unsafe_path' }));
  expect(await text(elsewhere, 'main.py')).toBe(main.content);
});

test('a manifest that leads out of the folder removes nothing there', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(elsewhere, 'victim'), 'x');
  const files = { [`../${elsewhere.split('/').at(-1)}/victim`]: 'x' };
  await writeFile(join(folder, manifestName), JSON.stringify({ version: 1, files }));
  expect(() => writeProject(folder, [main], { force: true })).toThrow(HostError);
  expect(existsSync(join(elsewhere, 'victim'))).toBe(true);
});

test('without a readable manifest no file counts as ours', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main]);
  await writeFile(join(folder, manifestName), '{');
  expect(writeProject(folder, [{ ...main, content: 'two\n' }]).conflicts).toEqual([main.path]);
});
