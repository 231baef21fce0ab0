import { chmodSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Libsql from 'libsql';
import { expect, test } from 'vitest';
import * as z from 'zod';

import type { Database } from '../../src/studio/server/store/collection.ts';
import { sha256 } from '../../src/host/sha256.ts';
import { openDatabase } from '../../src/studio/server/store/database.ts';
import { Versions } from '../../src/studio/server/store/versions.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';

const headSchema = z.strictObject({ title: z.string() });

async function openIn(folder: string, notices: string[] = []): Promise<Database> {
  return openDatabase({ env: { CATALYST_DATA_DIR: folder }, onNotice: (text) => notices.push(text) });
}

async function openWithoutLibsql(): Promise<Database> {
  const notices: string[] = [];
  const database = await openDatabase({
    env: { CATALYST_DATA_DIR: await temporaryFolder() },
    onNotice: (text) => notices.push(text),
    load: () => Promise.reject(new Error("Cannot find module '@libsql/plan9-vax'")),
  });
  expect(notices.join()).toMatch(/SQLite \(the package libsql\) cannot be loaded.*until the Studio ends/);
  return database;
}

const kinds = [
  { name: 'SQLite', make: async () => openIn(await temporaryFolder()) },
  { name: 'memory', make: openWithoutLibsql },
];

test.each(kinds)('a collection in $name keeps, lists, pages, measures and forgets', async ({ make }) => {
  const database = await make();
  const collection = database.collection('notes', headSchema);
  const other = database.collection('others', headSchema);
  const put = async (id: string, file: string, at: number, body = `body of ${id}`): Promise<void> =>
    collection.put({ id, file, at, head: { title: id.toUpperCase() }, body });
  await Promise.all([put('a', '/work/a.json', 1), put('b', '/work/deep/b.json', 2), put('c', '/work2/c.json', 3)]);
  await put('d', '/work/a.json', 2.5, 'body of a');
  await other.put({ id: 'a', file: '/work/a.json', at: 9, head: { title: 'other' }, body: 'of another collection' });

  const ids = (page: Parameters<typeof collection.list>[0]): readonly string[] =>
    collection.list(page).map(({ id }) => id);
  expect(ids({})).toEqual(['c', 'd', 'b', 'a']);
  expect(ids({ folder: '/work' })).toEqual(['d', 'b', 'a']);
  expect(ids({ folder: '/' })).toEqual(['c', 'd', 'b', 'a']);
  expect(ids({ file: '/work/a.json' })).toEqual(['d', 'a']);
  expect(ids({ folder: '/work', before: 2.5, limit: 1 })).toEqual(['b']);
  expect(collection.get('b')).toEqual({ id: 'b', file: '/work/deep/b.json', at: 2, head: { title: 'B' } });
  expect(collection.get('x')).toBeUndefined();
  expect(await collection.body('d')).toBe('body of a');
  expect(await collection.body('x')).toBeUndefined();

  await put('b', '/work/deep/b.json', 4, 'another ▲ body');
  expect(ids({ folder: '/work' })).toEqual(['b', 'd', 'a']);
  expect(await collection.body('b')).toBe('another ▲ body');

  const whole = collection.size({ folder: '/work' });
  expect(whole).toBeGreaterThan(collection.size({ file: '/work/a.json' }));
  collection.trim({ folder: '/work' }, { mostBytes: whole - 1 });
  expect(ids({ folder: '/work' })).toEqual(['b', 'd']);
  expect(await collection.body('d')).toBe('body of a');
  collection.trim({ folder: '/work' }, { mostBytes: whole, oldest: 3 });
  expect(ids({})).toEqual(['b', 'c']);

  collection.remove({ ids: ['b'] });
  collection.remove({ folder: '/work2' });
  expect(ids({})).toEqual([]);
  expect(collection.size({})).toBe(0);
  expect(await other.body('a')).toBe('of another collection');
  await database.close();
});

test('what was kept is there after a restart, only for its owner, and what was forgotten is in no file any more', async () => {
  const folder = join(await temporaryFolder(), 'data');
  const first = await openIn(folder);
  const secret = 'the-text-that-must-be-gone';
  const notes = first.collection('notes', headSchema);
  await notes.put({ id: 'kept', file: '/f', at: 1, head: { title: 'kept' }, body: 'x'.repeat(100_000) });
  await notes.put({ id: 'gone', file: '/f', at: 2, head: { title: secret }, body: 'y' });
  notes.remove({ ids: ['gone'] });
  await first.close();

  const files = readdirSync(folder);
  for (const name of files) expect(await readFile(join(folder, name), 'latin1')).not.toContain(secret);
  if (process.platform !== 'win32') {
    expect(statSync(folder).mode & 0o077).toBe(0);
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  }
  const second = await openIn(folder);
  expect(await second.collection('notes', headSchema).body('kept')).toBe('x'.repeat(100_000));
  await second.close();
});

test('two Studios share a database', async () => {
  const folder = await temporaryFolder();
  const [one, two] = [await openIn(folder), await openIn(folder)];
  const [notes, sameNotes] = [one.collection('notes', headSchema), two.collection('notes', headSchema)];
  const put = async (into: typeof notes, id: string): Promise<void> =>
    into.put({ id, file: '/f', at: 1, head: { title: id }, body: id });
  await Promise.all(Array.from({ length: 50 }, (_, i) => put(i % 2 === 0 ? notes : sameNotes, `n${i}`)));
  expect(notes.list({})).toHaveLength(50);
  expect(sameNotes.list({})).toHaveLength(50);
  await Promise.all([one.close(), two.close()]);
});

test.each([
  [
    'is no database',
    (path: string) => writeFileSync(path, 'These are a hundred bytes that SQLite did not write. '.repeat(40)),
  ],
  ['was cut', (path: string) => truncateSync(path, 5000)],
  ['was overwritten in its middle', overwriteMiddle],
])('a file that %s is put aside, and said so', async (_, damage) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'studio.db');
  const before = await openIn(folder);
  const notes = before.collection('notes', headSchema);
  for (let i = 0; i < 200; i += 1)
    await notes.put({
      id: `n${i}`,
      file: '/f',
      at: i,
      head: { title: 'long '.repeat(50) },
      body: String(i).repeat(300),
    });
  await before.close();
  damage(path);

  const notices: string[] = [];
  const after = await openIn(folder, notices);
  const anew = after.collection('notes', headSchema);
  anew.list({});
  await anew.put({ id: 'new', file: '/f', at: 1000, head: { title: 'new' }, body: 'new' });
  expect(await anew.body('new')).toBe('new');
  expect(notices.join()).toMatch(/was broken.*studio\.db\.broken-/);
  expect(readdirSync(folder).some((name) => name.startsWith('studio.db.broken-'))).toBe(true);
  await after.close();
});

function overwriteMiddle(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xa5, bytes.length - 8192, bytes.length - 4096));
}

test('a database of a newer Catalyst, and a folder that cannot be written, are left alone', async () => {
  const folder = await temporaryFolder();
  const newer = new Libsql(join(folder, 'studio.db'));
  newer.exec('pragma user_version = 1000');
  newer.close();
  const notices: string[] = [];
  expect((await openIn(folder, notices)).isLasting).toBe(false);
  expect(notices.join()).toContain('newer Catalyst');

  const file = join(await temporaryFolder(), 'file');
  writeFileSync(file, '');
  expect((await openIn(join(file, 'data'), notices)).isLasting).toBe(false);
  expect(notices.at(-1)).toMatch(/cannot be opened \(E/);
  const folderInItsPlace = await temporaryFolder();
  await mkdir(join(folderInItsPlace, 'studio.db'));
  chmodSync(folderInItsPlace, 0o500);
  expect((await openIn(folderInItsPlace, notices)).isLasting).toBe(false);
});

test('the history of a folder forgets what is half a year old, and keeps the newest of two in one millisecond the newest', async () => {
  const database = await openWithoutLibsql();
  const day = 24 * 3_600_000;
  let now = day;
  const add = async (text: string, title: string): Promise<void> =>
    new Versions(database, () => now).add('/work/a.json', { text, hash: sha256(text) }, { title, origin: 'studio' });
  const titles = (): readonly string[] => new Versions(database).list('/work/a.json').map(({ title }) => title);
  await add('1', 'First');
  await add('2', 'Second');
  await add('2', 'Not another');
  expect(titles()).toEqual(['Second', 'First']);
  now += 200 * day;
  await add('3', 'Third');
  expect(titles()).toEqual(['Third']);
});
