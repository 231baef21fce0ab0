import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';

import { Processes } from '../../src/host/processes.ts';
import { pythonEnvironment } from '../../src/host/python/environment.ts';
import type { EnvironmentRequest } from '../../src/host/python/install.ts';
import { fakePython, type FakePython } from './fakePython.ts';
import { temporaryFolder } from './temporaryFolder.ts';

interface Machine extends EnvironmentRequest {
  readonly path: string;
}

async function machine(python?: FakePython): Promise<Machine> {
  const [path, cacheFolder] = [await temporaryFolder(), await temporaryFolder()];
  if (python !== undefined) await fakePython(path, python);
  const env = { PATH: path, HOME: path };
  return { path, processes: new Processes(), env, cacheFolder, requirements: 'openai==1\n' };
}

const installs = async ({ path }: Machine): Promise<number> =>
  (await readFile(join(path, 'installs.txt'), 'utf8')).trim().split('\n').length;

test('builds an environment once and finds it again without starting anything', async () => {
  const request = await machine({});
  const python = await pythonEnvironment(request);
  expect(existsSync(python)).toBe(true);
  const offline = { ...request, env: { ...request.env, PATH: '' } };
  expect(await pythonEnvironment(offline)).toBe(python);
  expect(await installs(request)).toBe(1);
  expect(await readdir(join(request.cacheFolder, 'python'))).toHaveLength(1);
});

test('other requirements are another environment', async () => {
  const request = await machine({});
  const first = await pythonEnvironment(request);
  expect(await pythonEnvironment({ ...request, requirements: 'openai==2\n' })).not.toBe(first);
});

test('two at once build one', async () => {
  const request = await machine({ pip: '/bin/sleep 0.2' });
  const waits: string[] = [];
  const both = [1, 2].map(() => pythonEnvironment({ ...request, onProgress: (text) => waits.push(text) }));
  const [first, second] = await Promise.all(both);
  expect(first).toBe(second);
  expect(await installs(request)).toBe(1);
  expect(waits).toContain('Waiting for another catalyst, which is preparing Python …');
});

test('builds anew when the interpreter behind it has changed', async () => {
  const request = await machine({});
  const python = await pythonEnvironment(request);
  await appendFile(python, '# another build\n');
  await pythonEnvironment(request);
  expect(await installs(request)).toBe(2);
});

test('a failed installation leaves nothing behind, and the next try starts afresh', async () => {
  const request = await machine({ pip: 'echo "ERROR: no route to the index" >&2; exit 1' });
  const failure = pythonEnvironment(request);
  await expect(failure).rejects.toMatchObject({ code: 'packages_unavailable', exitCode: 3 });
  await expect(failure).rejects.toThrow('no route to the index');
  expect(await readdir(join(request.cacheFolder, 'python'))).toEqual([]);
  await fakePython(request.path, { pip: ':' });
  expect(existsSync(await pythonEnvironment(request))).toBe(true);
});

test('what a killed process left half built is removed', async () => {
  const request = await machine({});
  const place = dirname(dirname(await pythonEnvironment(request)));
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  await rename(place, `${place}.${pid}-abcdef01`);
  await pythonEnvironment(request);
  expect(await readdir(join(request.cacheFolder, 'python'))).toEqual([basename(place)]);
});

test('uv that fails gives way to pip', async () => {
  const request = await machine({});
  const uv = join(request.path, 'uv');
  await writeFile(uv, '#!/bin/sh\n[ "$1" = "--version" ]\n');
  await chmod(uv, 0o755);
  expect(existsSync(await pythonEnvironment(request))).toBe(true);
  expect(await installs(request)).toBe(1);
});

test.each([
  ['no Python', undefined, {}, 'python_missing', 'none is on PATH'],
  ['one that is too old', { version: '3.8.10' }, {}, 'python_too_old', 'Python 3.8.10'],
  ['Python 2', { version: '2.7.18', lacks: ['venv', 'ensurepip'] }, {}, 'python_too_old', 'Python 2.7.18'],
  ['one without venv', { lacks: ['ensurepip'] }, {}, 'python_incomplete', 'lacks ensurepip'],
  ['a wrong CATALYST_PYTHON', {}, { CATALYST_PYTHON: '/nowhere/python' }, 'python_missing', '/nowhere/python'],
] as const)('says what is missing: %s', async (_title, python, env, code, words) => {
  const request = await machine(python);
  const attempt = pythonEnvironment({ ...request, env: { ...request.env, ...env } });
  await expect(attempt).rejects.toMatchObject({ code, exitCode: 3 });
  await expect(attempt).rejects.toThrow(words);
});
