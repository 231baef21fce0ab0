import { renameSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { writeDurably } from '../../src/host/atomicFile.ts';
import { temporaryFolder } from './temporaryFolder.ts';

interface Write {
  readonly isWritten: boolean;
  /** What was asked about, in order. */
  readonly judged: readonly (string | undefined)[];
}

/** Writes if `expected` lies there in the last moment; somebody else writes while it is asked for the first time. */
async function write(
  path: string,
  text: string,
  expected: string | undefined,
  somebodyElse?: (path: string) => void,
): Promise<Write> {
  const judged: (string | undefined)[] = [];
  const isWritten = await writeDurably(path, text, (present) => {
    const found = present && Buffer.from(present).toString();
    judged.push(found);
    if (judged.length === 1) somebodyElse?.(path);
    return found === expected;
  });
  return { isWritten, judged };
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

test('what is judged is what lies there, or that nothing does', async () => {
  const path = join(await temporaryFolder(), 'file');
  expect(await write(path, 'one', undefined)).toEqual({ isWritten: true, judged: [undefined] });
  expect(await write(path, 'two', 'another')).toEqual({ isWritten: false, judged: ['one'] });
  expect(await write(path, 'two', 'one')).toEqual({ isWritten: true, judged: ['one'] });
  expect(await readFile(path, 'utf8')).toBe('two');
});

test.each([
  ['puts another file in its place', replace],
  ['writes into it', writeFileSync],
])('somebody who %s while it is judged is not written over', async (_, by) => {
  const folder = await temporaryFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'ours');
  const written = await write(path, 'new', 'ours', () => by(path, 'theirs, longer'));
  expect(written).toEqual({ isWritten: false, judged: ['ours', 'theirs, longer'] });
  expect([await readFile(path, 'utf8'), await readdir(folder)]).toEqual(['theirs, longer', ['file']]);
});

test('another file with the same text does not stand in the way', async () => {
  const path = join(await temporaryFolder(), 'file');
  writeFileSync(path, 'ours');
  const written = await write(path, 'new', 'ours', () => replace(path, 'ours'));
  expect(written).toEqual({ isWritten: true, judged: ['ours', 'ours'] });
});

test('a file that appears while it is judged that there is none is not written over', async () => {
  const path = join(await temporaryFolder(), 'file');
  const written = await write(path, 'new', undefined, () => writeFileSync(path, 'theirs'));
  expect([written.isWritten, await readFile(path, 'utf8')]).toEqual([false, 'theirs']);
});
