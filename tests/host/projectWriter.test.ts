import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { HostError } from '../../src/host/errors.ts';
import { manifestName } from '../../src/host/projectRecord.ts';
import { updateProject, writeProject } from '../../src/host/projectWriter.ts';
import { sha256 } from '../../src/host/sha256.ts';
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

const numbered = (changes: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: 30 }, (_, index) => `${changes[index] ?? `line ${index}`}\n`).join('');

test('an edited file gets what is new elsewhere and keeps what was edited', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [{ ...main, content: numbered() }]);
  await writeFile(join(folder, main.path), numbered({ 3: 'mine' }).replaceAll('\n', '\r\n'));
  const report = writeProject(folder, [{ ...main, content: numbered({ 20: 'new' }) }]);
  expect(report).toMatchObject({ merged: [main.path], conflicts: [] });
  expect(await text(folder, main.path)).toBe(numbered({ 3: 'mine', 20: 'new' }).replaceAll('\n', '\r\n'));
});

test('where both changed a line the edited one stays and the new version lies beside until it is deleted', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [{ ...main, content: numbered() }]);
  await writeFile(join(folder, main.path), numbered({ 3: 'mine' }));
  await writeFile(join(folder, `${main.path}.new`), 'my own\n');
  const next = [{ ...main, content: numbered({ 3: 'theirs', 20: 'new' }) }];
  const offered = `${main.path}.new2`;
  expect(writeProject(folder, next).conflicts).toEqual([{ path: main.path, lines: [4], offered }]);
  expect(await text(folder, main.path)).toBe(numbered({ 3: 'mine', 20: 'new' }));
  expect(await text(folder, offered)).toBe(next[0]?.content);
  expect(await text(folder, `${main.path}.new`)).toBe('my own\n');
  expect(writeProject(folder, next).conflicts).toEqual([{ path: main.path, lines: [], offered }]);
  await rm(join(folder, offered));
  expect(writeProject(folder, next)).toMatchObject({ conflicts: [], unchanged: [main.path] });
});

test('--force keeps every edit as a backup of its own', async () => {
  const folder = await temporaryFolder();
  for (const edit of ['first', 'second']) {
    writeProject(folder, [main], { force: 'backup' });
    await writeFile(join(folder, main.path), edit);
  }
  writeProject(folder, [main], { force: 'backup' });
  expect(await text(folder, `${main.path}.bak`)).toBe('first');
  expect(await text(folder, `${main.path}.bak1`)).toBe('second');
  await writeFile(join(folder, main.path), 'third');
  expect(writeProject(folder, [main], { force: 'none' }).backups).toEqual([]);
});

test('a deleted file stays deleted until it is forced back', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main, extra]);
  await rm(join(folder, extra.path));
  expect(writeProject(folder, [main, { ...extra, content: 'new' }]).deleted).toEqual([extra.path]);
  expect(existsSync(join(folder, extra.path))).toBe(false);
  expect(writeProject(folder, [main, extra], { force: 'backup' }).created).toEqual([extra.path]);
});

test('with hashes alone an unedited file is changed and an edited one left whole', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main, extra]);
  const files = { [main.path]: sha256(main.content), [extra.path]: sha256(extra.content) };
  await writeFile(join(folder, manifestName), JSON.stringify({ version: 1, files }));
  await writeFile(join(folder, extra.path), 'mine\n');
  const report = writeProject(folder, [
    { ...main, content: 'two\n' },
    { ...extra, content: 'new\n' },
  ]);
  expect(report.changed).toEqual([main.path]);
  expect(report.conflicts.map(({ path }) => path)).toEqual([extra.path]);
  expect(await text(folder, extra.path)).toBe('mine\n');
});

test('bytes that are not text, and a folder in the way, are left as they are', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main]);
  const bytes = Buffer.from([0, 255, 1]);
  await writeFile(join(folder, main.path), bytes);
  await mkdir(join(folder, extra.path), { recursive: true });
  const next = [{ ...main, content: 'two\n' }, extra];
  expect(writeProject(folder, next).conflicts.map(({ path }) => path)).toEqual([main.path, extra.path]);
  expect(await readFile(join(folder, main.path))).toEqual(bytes);
  expect(writeProject(folder, next, { force: 'backup' }).backups).toEqual([`${main.path}.bak`, `${extra.path}.bak`]);
  expect(await readFile(join(folder, `${main.path}.bak`))).toEqual(bytes);
});

test('a read-only file keeps its mode', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main]);
  await chmod(join(folder, main.path), 0o444);
  writeProject(folder, [{ ...main, content: 'two\n' }]);
  expect((await stat(join(folder, main.path))).mode & 0o777).toBe(0o444);
});

test('a hundred random edits survive and what is new arrives', async () => {
  let state = 7;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % bound;
  };
  for (let round = 0; round < 100; round += 1) {
    const folder = await temporaryFolder();
    const paths = ['a.py', 'app/b.py', 'app/c.py'];
    writeProject(
      folder,
      paths.map((path) => ({ path, content: numbered() })),
    );
    const path = paths[below(paths.length)] ?? 'a.py';
    const lines = (await text(folder, path)).split('\n');
    const edits = Array.from({ length: 1 + below(5) }, (_, index) => `edit ${round} ${index}`);
    const near = new Set<string>();
    for (const edit of edits) {
      const at = below(lines.length);
      for (const line of lines.slice(Math.max(0, at - 2), at + 3)) near.add(line);
      lines.splice(at, below(3), edit);
    }
    const mine = lines.filter((line) => line.startsWith('edit'));
    await writeFile(join(folder, path), lines.join('\n'));
    const target = below(30);
    const next = numbered({ [target]: 'from the workflow' });
    const report = writeProject(
      folder,
      paths.map((each) => ({ path: each, content: next })),
    );
    const result = (await text(folder, path)).split('\n');
    expect(
      result.filter((line) => line.startsWith('edit')),
      `round ${round}`,
    ).toEqual(mine);
    const isNear = near.has(`line ${target}`) || !lines.includes(`line ${target}`);
    if (!isNear) expect(result, `round ${round}`).toContain('from the workflow');
    if (report.conflicts.length > 0) expect(await text(folder, `${path}.new`)).toBe(next);
    else expect(report.merged.includes(path) || isNear, `round ${round}`).toBe(true);
  }
});

test.each([undefined, 'backup'] as const)(
  'stopped before any of its steps, a rerun ends it (force: %s)',
  async (force) => {
    const old = [main, { ...extra, content: numbered() }, { path: 'gone.py', content: 'gone' }];
    const next = [
      { ...main, content: 'two\n' },
      { ...extra, content: numbered({ 3: 'new', 20: 'new' }) },
      { path: 'more.py', content: '' },
    ];
    const mine = numbered({ 3: 'mine' });
    const paths = [main.path, extra.path, `${extra.path}.new`, 'gone.py', 'more.py', manifestName];
    const stateOf = (folder: string) => Promise.all(paths.map((path) => text(folder, path).catch(() => undefined)));
    let expected: Awaited<ReturnType<typeof stateOf>> | undefined;
    for (let stopAt = 0; ; stopAt += 1) {
      const folder = await temporaryFolder();
      writeProject(folder, old);
      await writeFile(join(folder, extra.path), mine);
      if (expected === undefined) {
        writeProject(folder, next, { force });
        expected = await stateOf(folder);
        continue;
      }
      let step = 0;
      const onStep = (): void => {
        step += 1;
        if (step === stopAt) throw new Error('stopped');
      };
      try {
        writeProject(folder, next, { force, onStep });
        expect(stopAt).toBeGreaterThan(5);
        return;
      } catch (error) {
        expect(error).toMatchObject({ message: 'stopped' });
      }
      writeProject(folder, next, { force });
      expect(await stateOf(folder), `stopped before step ${stopAt}`).toEqual(expected);
      if (force) expect(await text(folder, `${extra.path}.bak`)).toBe(mine);
    }
  },
);

test('what a stopped build wrote is not taken for an edit when something else is built next', async () => {
  for (let stopAt = 1; stopAt <= 6; stopAt += 1) {
    const folder = await temporaryFolder();
    writeProject(folder, [main, extra]);
    let step = 0;
    const onStep = (): void => {
      step += 1;
      if (step === stopAt) throw new Error('stopped');
    };
    const second = [main, extra, { path: 'more.py', content: '2' }, { path: 'gone.py', content: '2' }];
    const files = (all: typeof second, content: string) => all.map(({ path }) => ({ path, content }));
    expect(() => writeProject(folder, files(second, '2\n'), { onStep })).toThrow('stopped');
    const report = writeProject(folder, files(second.slice(0, 3), '3\n'));
    expect(report, `stopped before step ${stopAt}`).toMatchObject({ conflicts: [], merged: [], kept: [] });
    expect(existsSync(join(folder, 'gone.py'))).toBe(false);
    expect(await text(folder, main.path)).toBe('3\n');
  }
});

test('builds that are stopped one after the other leave nothing that is taken for an edit', async () => {
  const all = [main, extra, { path: 'more.py', content: '' }, { path: 'gone.py', content: '' }];
  const files = (wanted: typeof all, content: string) => wanted.map(({ path }) => ({ path, content }));
  const stopped = (folder: string, wanted: typeof all, stopAt: number): void => {
    let step = 0;
    const onStep = (): void => {
      step += 1;
      if (step === stopAt) throw new Error('stopped');
    };
    expect(() => writeProject(folder, wanted, { onStep })).toThrow('stopped');
  };
  for (let first = 1; first <= 6; first += 1) {
    for (let second = 1; second <= 4; second += 1) {
      const folder = await temporaryFolder();
      writeProject(folder, [main, extra]);
      stopped(folder, files(all, '2\n'), first);
      stopped(folder, files(all.slice(0, 3), '3\n'), second);
      const report = writeProject(folder, files(all.slice(0, 3), '4\n'));
      const where = `stopped before steps ${first} and ${second}`;
      expect(report, where).toMatchObject({ conflicts: [], merged: [], kept: [] });
      expect(existsSync(join(folder, 'gone.py')), where).toBe(false);
      for (const { path } of all.slice(0, 3)) expect(await text(folder, path), where).toBe('4\n');
    }
  }
});

test('two at once wait for each other, and what a killed one left goes', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, 'app/main.py.0a1b2c3d.tmp'), 'half');
  await writeFile(join(folder, 'app/notes.0a1b2c3d.tmp'), 'not ours');
  await Promise.all([updateProject(folder, [main, extra]), updateProject(folder, [main, extra])]);
  expect((await readdir(folder)).toSorted()).toEqual([manifestName, 'app'].toSorted());
  expect((await readdir(join(folder, 'app'))).toSorted()).toEqual(['main.py', 'notes.0a1b2c3d.tmp', 'workflows']);
});

test('a name that is too long is said so', async () => {
  const folder = join(await temporaryFolder(), 'x'.repeat(300));
  await expect(updateProject(folder, [main])).rejects.toMatchObject({
    code: 'cannot_write',
    hint: expect.stringContaining('longer'),
  });
});

test('a file that was there before us stays, unless it has the same bytes', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'app'));
  await writeFile(join(folder, main.path), 'somebody else\n');
  expect(writeProject(folder, [main]).conflicts).toMatchObject([{ path: main.path }]);
  expect(await text(folder, main.path)).toBe('somebody else\n');
  await writeFile(join(folder, main.path), main.content);
  expect(writeProject(folder, [main])).toMatchObject({ conflicts: [], unchanged: [main.path] });
  expect(existsSync(join(folder, `${main.path}.new`))).toBe(false);
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
  writeProject(folder, [], { force: 'backup' });
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
  expect(() => writeProject(folder, [main], { force: 'backup' })).toThrow(
    expect.objectContaining({ code: 'unsafe_path' }),
  );
  expect(await text(elsewhere, 'main.py')).toBe(main.content);
});

test('a manifest that leads out of the folder removes nothing there', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(elsewhere, 'victim'), 'x');
  const files = { [`../${elsewhere.split('/').at(-1)}/victim`]: 'x' };
  await writeFile(join(folder, manifestName), JSON.stringify({ version: 1, files }));
  expect(() => writeProject(folder, [main], { force: 'backup' })).toThrow(HostError);
  expect(existsSync(join(elsewhere, 'victim'))).toBe(true);
});

test('without a readable manifest no file counts as ours', async () => {
  const folder = await temporaryFolder();
  writeProject(folder, [main]);
  await writeFile(join(folder, manifestName), '{');
  expect(writeProject(folder, [{ ...main, content: 'two\n' }]).conflicts).toMatchObject([{ path: main.path }]);
});

describe('a file that is written once', () => {
  const advice = 'Take the routes out.';
  const own = { ...main, content: 'app = 1\n', writtenOnce: { advice } };
  const untouched = { created: [], changed: [], merged: [], removed: [], kept: [], conflicts: [], backups: [] };

  test('is the user’s own from then on: neither written, nor offered, nor removed, nor forced', async () => {
    const folder = await temporaryFolder();
    expect(writeProject(folder, [own, extra]).created).toContain(own.path);
    await writeFile(join(folder, own.path), 'mine\n');
    const next = [{ ...own, content: 'app = 2\n' }, extra];
    for (const files of [next, [extra]])
      for (const force of [undefined, 'backup'] as const)
        expect(writeProject(folder, files, { force })).toMatchObject(untouched);
    expect(await text(folder, own.path)).toBe('mine\n');
    expect((await readdir(join(folder, 'app'))).toSorted()).toEqual(['main.py', 'workflows']);
  });

  test('stays as it is where one stood before', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'app'));
    await writeFile(join(folder, own.path), 'somebody else\n');
    expect(writeProject(folder, [own])).toMatchObject(untouched);
    expect(await text(folder, own.path)).toBe('somebody else\n');
  });

  test('stays deleted until it is forced back', async () => {
    const folder = await temporaryFolder();
    writeProject(folder, [own]);
    await rm(join(folder, own.path));
    expect(writeProject(folder, [own])).toMatchObject({ ...untouched, deleted: [own.path] });
    expect(writeProject(folder, [own], { force: 'backup' }).created).toEqual([own.path]);
  });

  test('takes the place of one that every build wrote, once', async () => {
    const folder = await temporaryFolder();
    writeProject(folder, [main, extra]);
    expect(writeProject(folder, [own, extra])).toMatchObject({ changed: [own.path], conflicts: [] });
    expect(await text(folder, own.path)).toBe(own.content);
    expect(writeProject(folder, [{ ...own, content: 'app = 2\n' }, extra])).toMatchObject(untouched);
  });

  test('lies beside an edited one that every build wrote, with advice, until that is followed', async () => {
    const folder = await temporaryFolder();
    writeProject(folder, [main, extra]);
    await writeFile(join(folder, main.path), 'mine\n');
    const offered = `${own.path}.new`;
    for (const [lines, force] of [
      [[1], 'backup'],
      [[], undefined],
    ] as const) {
      const report = writeProject(folder, [own, extra], { force });
      expect(report.conflicts).toEqual([{ path: own.path, lines, offered, advice }]);
      expect(await text(folder, own.path)).toBe('mine\n');
      expect(await text(folder, offered)).toBe(own.content);
    }
    await rm(join(folder, offered));
    expect(writeProject(folder, [own, extra])).toMatchObject(untouched);
  });

  test('a build that was killed anywhere is ended by the next', async () => {
    for (let stopAt = 1; stopAt <= 5; stopAt += 1) {
      const folder = await temporaryFolder();
      writeProject(folder, [main, extra]);
      let steps = 0;
      const onStep = (): void => {
        steps += 1;
        if (steps === stopAt) throw new Error('stopped');
      };
      const stopped = (): unknown => writeProject(folder, [own, { ...extra, content: 'new\n' }], { onStep });
      if (stopAt <= 4) expect(stopped).toThrow('stopped');
      else stopped();
      const ended = writeProject(folder, [
        { ...own, content: 'app = 2\n' },
        { ...extra, content: 'new\n' },
      ]);
      expect(ended, `stopped at step ${stopAt}`).toMatchObject({ conflicts: [], merged: [], kept: [] });
      expect(await text(folder, own.path)).toMatch(/^app = [12]\n$/u);
      expect(await text(folder, extra.path)).toBe('new\n');
    }
  });

  test('in a folder that is all ours it is written as any other', async () => {
    const folder = await temporaryFolder();
    writeProject(folder, [own], { force: 'none' });
    writeProject(folder, [{ ...own, content: 'app = 2\n' }], { force: 'none' });
    expect(await text(folder, own.path)).toBe('app = 2\n');
  });
});
