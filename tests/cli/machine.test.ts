import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { fakePython, type FakePython } from '../host/fakePython.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { examples, User } from './catalyst.ts';

const chat = join(examples, 'chat', 'chat.workflow.json');

/** A user whose machine has the given Python and no other, and no environment yet. */
async function userWith(python: FakePython | undefined, env: NodeJS.ProcessEnv = {}): Promise<User> {
  const path = await temporaryFolder();
  if (python !== undefined) await fakePython(path, python);
  return User.create({ PATH: path, CATALYST_CACHE_DIR: await temporaryFolder(), ...env });
}

test.each([
  ['no Python', undefined, {}, 'none is on PATH', 'apt install python3'],
  ['an old Python', { version: '3.9.2' }, {}, 'Python 3.9.2', 'python.org/downloads'],
  ['a Python without venv', { lacks: ['ensurepip'] }, {}, 'lacks ensurepip', 'python3.11-venv'],
  ['a wrong CATALYST_PYTHON', {}, { CATALYST_PYTHON: '/no/python' }, '/no/python', 'unset it'],
  ['no network', { pip: 'echo "ERROR: connection refused" >&2; exit 1' }, {}, 'connection refused', 'PIP_INDEX_URL'],
] as const)('%s: says what is missing and how to get it, exits with 3, and building works anyway', async (...row) => {
  const [, python, env, words, hint] = row;
  const user = await userWith(python, env);
  const { exitCode, stdout, stderr } = await user.catalyst('run', chat, '-i', 'message=Hi');
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain(hint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(await user.catalyst('build', chat, '--out', 'service')).toMatchObject({ exitCode: 0 });
});

test('CATALYST_DEBUG=1 shows where a failure came from', async () => {
  const user = await userWith(undefined, { CATALYST_DEBUG: '1' });
  expect((await user.catalyst('run', chat, '-i', 'message=Hi')).stderr).toMatch(/^\s+at /m);
});

test('Ctrl-C while Python is being prepared leaves no half environment', async () => {
  const cache = await temporaryFolder();
  const user = await userWith({ pip: 'exec /bin/sleep 60' }, { CATALYST_CACHE_DIR: cache });
  const session = user.start('run', chat, '-i', 'message=Hi');
  await session.until(/Installing Python packages/);
  session.child.kill('SIGINT');
  expect(await session.finished).toMatchObject({ exitCode: 130 });
  expect(await readdir(join(cache, 'python'))).toEqual([]);
});

test.runIf(process.getuid?.() !== 0)('a folder that cannot be written is named', async () => {
  const user = await User.create();
  await mkdir(join(user.folder, 'closed'));
  await writeFile(join(user.folder, 'closed/x'), '');
  await chmod(join(user.folder, 'closed'), 0o500);
  const { exitCode, stderr } = await user.catalyst('build', chat, '--out', 'closed');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('cannot be written (EACCES)');
});
