import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

import { version } from '../../package.json';
import { User } from '../cli/catalyst.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const largestBytes = 3_000_000;

/** Packs what has been built, as `npm pack` does after its build, so that a test beside this one still finds its `dist`. */
async function pack(): Promise<string> {
  const folder = await temporaryFolder();
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repository });
  return join(folder, `catalyst-${version}.tgz`);
}

/** Installs the package as a user does who has nothing of the repository; there is nothing to be downloaded. */
async function install(tarball: string): Promise<string> {
  const prefix = await temporaryFolder();
  const env = { ...process.env, npm_config_cache: await temporaryFolder() };
  await run('npm', ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix, tarball], {
    cwd: prefix,
    env,
  });
  return join(prefix, 'bin', 'catalyst');
}

test('the package is small, needs no other, and works in an empty folder', async () => {
  const tarball = await pack();
  expect((await stat(tarball)).size).toBeLessThan(largestBytes);
  const { stdout: listing } = await run('tar', ['-tzf', tarball]);
  expect(listing).toContain('package/examples/ask-docs/documents/leave.md\n');
  const names = listing.split('\n').flatMap((path) => path.split('/')[1] ?? []);
  expect(new Set(names)).toEqual(new Set(['LICENSE', 'README.md', 'dist', 'examples', 'package.json', 'schema']));

  const catalyst = await install(tarball);
  const user = await User.create();
  const type = async (...args: string[]): Promise<string> =>
    (await run(catalyst, args, { cwd: user.folder, env: user.env })).stdout;

  expect(await type('--version')).toBe(`${version}\n`);
  expect(await type('new', 'my_bot', '--example', 'chat')).toContain('catalyst run my_bot/my_bot.workflow.json');
  const file = join('my_bot', 'my_bot.workflow.json');
  expect(await type('check', '--strict', file)).toContain('nothing found');
  expect(await type('run', file, '--input', 'message=Why is the sky blue?')).toContain('sky');
  await type('build', file, '--out', 'service');
  expect(await readdir(join(user.folder, 'service', 'app', 'workflows'))).toContain('my_bot.py');
  expect(existsSync(join(user.folder, 'service', 'README.md'))).toBe(true);

  const studio = spawn(catalyst, ['studio', file, '--port', '0'], { cwd: user.folder, env: user.env });
  onTestFinished(() => void studio.kill());
  const [said] = (await once(studio.stdout, 'data')) as [Buffer];
  const { origin, hash } = new URL(said.toString().trim());
  const ask = async (route: string, body: unknown): Promise<unknown> => {
    const Authorization = `Bearer ${hash.slice('#token='.length)}`;
    const headers = { 'Content-Type': 'application/json', Origin: origin, Authorization };
    const answer = await fetch(`${origin}/api/${route}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return answer.json();
  };
  expect(await (await fetch(origin)).text()).toContain('<div id="root">');
  const { opened } = (await ask('studio', {})) as { opened: string };
  // Without SQLite, which comes from another package, all works, and it is said what does not last.
  const told = once(studio.stderr, 'data') as Promise<[Buffer]>;
  expect(await ask('versions', { file: opened })).toEqual({ versions: [] });
  expect(String((await told)[0])).toMatch(/SQLite .* cannot be loaded.*until the Studio ends/);
});
