import { appendFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { sha256 } from '../../src/host/sha256.ts';
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

test('says what has to be filled in before the service starts: keys of the providers that are asked, and no others', async () => {
  const user = await User.create();
  const text = (await readFile(chat, 'utf8'))
    .replace('openaiCompletion', 'groqCompletion')
    .replace(/gpt-[^"]*/, 'llama-3.3-70b-versatile');
  await writeFile(join(user.folder, 'fast.workflow.json'), text);
  const { exitCode, stdout } = await user.catalyst('build', 'fast.workflow.json', '--out', 'service');
  expect(exitCode).toBe(0);
  expect(/then fill in ([^)]*)/.exec(stdout)?.[1]).toBe('GROQ_API_KEY');
  expect(stdout).not.toContain('OPENAI_API_KEY');
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

test('an edited file keeps its edit; --check says what would change; --force takes the new one with a backup', async () => {
  const user = await User.create();
  await user.catalyst('build', chat, '--out', 'service');
  const edited = join(user.folder, 'service/app/workflows/chat.py');
  await appendFile(edited, '# mine\n');
  expect(await user.catalyst('build', chat, '--out', 'service', '--check')).toMatchObject({ exitCode: 0 });
  expect(await user.catalyst('build', chat, '--out', 'service')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await readFile(edited, 'utf8')).toContain('# mine');

  const check = await user.catalyst('build', chat, extract, '--out', 'service', '--check');
  expect(check.exitCode).toBe(1);
  expect(check.stdout).toContain('would be written');
  expect(await readdir(join(user.folder, 'service/app/workflows'))).not.toContain('extract_order.py');

  expect(await user.catalyst('build', chat, '--out', 'service', '--force')).toMatchObject({ exitCode: 0 });
  expect(await readFile(edited, 'utf8')).not.toContain('# mine');
  expect(await readFile(`${edited}.bak`, 'utf8')).toContain('# mine');
});

test('app/main.py is written once: what its owner makes of it stays, --force or not', async () => {
  const user = await User.create();
  const main = join(user.folder, 'service/app/main.py');
  await user.catalyst('build', chat, '--out', 'service');
  await appendFile(main, '# mine\n');
  for (const more of [[], ['--force']]) {
    const { exitCode, stdout, stderr } = await user.catalyst('build', chat, extract, '--out', 'service', ...more);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).not.toContain('main.py');
    expect(await readFile(main, 'utf8')).toContain('# mine');
  }
  expect(await readFile(join(user.folder, 'service/app/routes.py'), 'utf8')).toContain('extract_order');
});

test('an app/main.py that an older version wrote is replaced once, or kept with advice where it was edited', async () => {
  const user = await User.create();
  const main = join(user.folder, 'service/app/main.py');
  const manifest = join(user.folder, 'service/.catalyst-manifest.json');
  await mkdir(join(user.folder, 'service/app'), { recursive: true });
  const older = JSON.stringify({ version: 1, files: { 'app/main.py': sha256('routes = 1\n') } });
  await writeFile(main, 'routes = 1\n');
  await writeFile(manifest, older);
  const replaced = await user.catalyst('build', chat, '--out', 'service');
  expect(replaced).toMatchObject({ exitCode: 0, stderr: '' });
  expect(replaced.stdout).toContain('changed app/main.py');
  const written = await readFile(main, 'utf8');

  await writeFile(main, 'routes = 1  # mine\n');
  await writeFile(manifest, older);
  const kept = await user.catalyst('build', chat, '--out', 'service', '--force');
  expect(kept.exitCode).toBe(1);
  expect(kept.stderr).toContain('conflict app/main.py:1: your text stays; the new version is app/main.py.new');
  expect(kept.stderr).toContain('Its routes are in app/routes.py now');
  expect(kept.stderr).not.toContain('--force');
  expect(await readFile(main, 'utf8')).toBe('routes = 1  # mine\n');
  await writeFile(main, written);
  expect(await user.catalyst('build', chat, '--out', 'service')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await readdir(join(user.folder, 'service/app'))).not.toContain('main.py.new');
});

test('a file in the way stays, is named with its line, and gets the new version beside it', async () => {
  const user = await User.create();
  await mkdir(join(user.folder, 'service'));
  await writeFile(join(user.folder, 'service/README.md'), 'mine\n');
  const { exitCode, stderr } = await user.catalyst('build', chat, '--out', 'service');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('README.md:1: your text stays; the new version is README.md.new');
  expect(await readFile(join(user.folder, 'service/README.md'), 'utf8')).toBe('mine\n');
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

const queueCases = join(examples, '../tests/workflow/diagnostics/no-queue');

test('another file of the same name and queue is not taken for the one that entries were meant for', async () => {
  const user = await User.create();
  const [putting, queued] = await Promise.all(
    ['fixed', 'orders'].map(async (name) => readFile(join(queueCases, `${name}.workflow.json`), 'utf8')),
  );
  const write = async (name: string, text = ''): Promise<void> =>
    writeFile(join(user.folder, `${name}.workflow.json`), text);
  await Promise.all(['a', 'b'].map(async (name) => mkdir(join(user.folder, name))));
  await write('a/first', putting);
  await write('a/orders', queued);
  await write('b/second', putting?.replace('"demo"', '"second"').replace('"/ask"', '"/second"'));
  await write('b/orders', queued?.replace('after', 'behind'));
  const files = ['a/first.workflow.json', 'b/second.workflow.json'];
  const { exitCode, stderr } = await user.catalyst('build', ...files, '--out', 'service');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('both have the name orders');
  await write('b/orders', queued);
  expect(await user.catalyst('build', ...files, '--out', 'service')).toMatchObject({ exitCode: 0 });
});

test('the folder is shown as it was typed, with a cd that works', async () => {
  const user = await User.create();
  const absolute = join(user.folder, 'my service');
  const { stdout } = await user.catalyst('build', chat, '--out', absolute);
  expect(stdout).toContain(`\n${absolute}: `);
  expect(stdout).toContain(`  cd '${absolute}'\n`);
});

test('killed at any moment, the next build ends it and the edit is there', async () => {
  const user = await User.create();
  const edited = join(user.folder, 'service/app/workflows/chat.py');
  await user.catalyst('build', chat, '--out', 'service');
  await appendFile(edited, '# mine\n');
  for (const [round, afterMs] of [150, 200, 230, 260, 290, 320].entries()) {
    const workflows = round % 2 === 0 ? [chat, extract] : [chat];
    const { child, finished } = user.start('build', ...workflows, '--out', 'service');
    await sleep(afterMs);
    child.kill('SIGKILL');
    await finished;
    const next = await user.catalyst('build', ...workflows, '--out', 'service');
    expect(next.exitCode, next.stderr).toBe(0);
    expect(await readFile(edited, 'utf8')).toContain('# mine');
    const names = await readdir(join(user.folder, 'service'), { recursive: true });
    expect(names.filter((name) => /\.(tmp|new|bak)$|catalyst-lock/.test(name))).toEqual([]);
  }
});

test('parts and places are named with each build, and leave with the last one that names them', async () => {
  const user = await User.create();
  const built = await user.catalyst(
    'build',
    chat,
    '--out',
    'service',
    '--with',
    'metrics',
    '--deploy',
    'fly',
    'compose',
  );
  expect(built).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await readdir(join(user.folder, 'service'))).toEqual(expect.arrayContaining(['compose.yaml', 'fly.toml']));
  expect(await readFile(join(user.folder, 'service/requirements.txt'), 'utf8')).toContain('prometheus_client==');
  await appendFile(join(user.folder, 'service/compose.yaml'), '# mine\n');
  const again = await user.catalyst('build', chat, '--out', 'service', '--deploy', 'compose');
  expect(again).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await readFile(join(user.folder, 'service/compose.yaml'), 'utf8')).toContain('# mine');
  expect(await readdir(join(user.folder, 'service'))).not.toContain('fly.toml');
  expect(await readdir(join(user.folder, 'service/app/runtime'))).not.toContain('metrics.py');
});

test('a place or a part that there is not is named, and so is a path that a part has', async () => {
  const user = await User.create();
  const nowhere = await user.catalyst('build', chat, '--out', 'service', '--deploy', 'heroku');
  expect(nowhere).toMatchObject({ exitCode: 2 });
  expect(nowhere.stderr).toContain('There are no files for heroku.');
  expect(nowhere.stderr).toContain('compose, kubernetes, fly, railway');
  const text = (await readFile(chat, 'utf8')).replace('"/chat"', '"/metrics"');
  await writeFile(join(user.folder, 'chat.workflow.json'), text);
  const taken = await user.catalyst('build', 'chat.workflow.json', '--out', 'service', '--with', 'metrics');
  expect(taken).toMatchObject({ exitCode: 2 });
  expect(taken.stderr).toContain('has the path /metrics');
});
