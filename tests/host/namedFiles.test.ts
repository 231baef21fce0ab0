import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { readNamedFiles } from '../../src/host/namedFiles.ts';
import { temporaryFolder } from './temporaryFolder.ts';

test('reads the files below the folder of the workflow file and leaves missing ones out', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'functions'));
  await writeFile(join(folder, 'functions/orders.py'), 'def get_order(): ...\n');
  const texts = await readNamedFiles(join(folder, 'chat.workflow.json'), ['functions/orders.py', 'functions/gone.py']);
  expect([...texts]).toEqual([['functions/orders.py', 'def get_order(): ...\n']]);
});

test('refuses a file outside, named directly or through a link', async () => {
  const [folder, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(elsewhere, 'secret.py'), 'KEY = 1\n');
  await symlink(join(elsewhere, 'secret.py'), join(folder, 'linked.py'));
  const workflow = join(folder, 'chat.workflow.json');
  await expect(readNamedFiles(workflow, ['linked.py'])).rejects.toMatchObject({ code: 'outside_folder' });
  const direct = join('..', elsewhere.split('/').at(-1) ?? '', 'secret.py');
  await expect(readNamedFiles(workflow, [direct])).rejects.toMatchObject({ code: 'outside_folder' });
});

test('a byte order mark is nothing, as CPython reads it', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a.py'), '\uFEFFdef f(): ...\n');
  const texts = await readNamedFiles(join(folder, 'chat.workflow.json'), ['a.py']);
  expect(texts.get('a.py')).toBe('def f(): ...\n');
});

test('what has no end, or too far an end, is not read', async () => {
  const folder = await temporaryFolder();
  execFileSync('mkfifo', [join(folder, 'pipe.py')]);
  await writeFile(join(folder, 'large.py'), '#'.repeat(12_000_000));
  const workflow = join(folder, 'chat.workflow.json');
  await expect(readNamedFiles(workflow, ['pipe.py'])).rejects.toMatchObject({ code: 'not_a_file' });
  await expect(readNamedFiles(workflow, ['large.py'])).rejects.toMatchObject({ code: 'unreadable' });
});
