import {
  chmod,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { newWorkflowText } from '../../src/core/workflow/edits/index.ts';
import { sha256 } from '../../src/host/sha256.ts';
import { refusalSchema, type Refusal, type ServerEvent } from '../../src/studio/protocol/index.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { StudioServer } from './studioServer.ts';

const one = newWorkflowText('one');

async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

function refusal(body: string): Refusal {
  return refusalSchema.parse(JSON.parse(body));
}

function fileEvent(text: string | undefined): (event: ServerEvent) => boolean {
  return (event) => event.type === 'file' && event.stored?.text === text;
}

test('the folder is listed: names and descriptions, broken files too, and not what tools keep', async () => {
  const folder = await folderWith({
    'a10.workflow.json': '{"nodes": []}',
    'a9.workflow.json': '{"nodes": []}',
    'b.workflow.json': '{"name": "bee", "description": "Hums.", "nodes": [',
    'a.workflow.json': '{"name": "ay", "description": "Says a.", "nodes": []}',
    'deep/er/c.workflow.json': '{"name": 3}',
    'node_modules/x/d.workflow.json': one,
    '.git/e.workflow.json': one,
    '.catalyst/f.workflow.json': one,
    'package.json': '{}',
    'empty.workflow.json': '',
  });
  await mkdir(join(folder, 'folder.workflow.json'));
  const studio = await StudioServer.start(folder);
  const { files, opened, examples, machine } = await studio.ask('studio', {});
  expect(files.map(({ path, name, description }) => ({ path, name, description }))).toEqual([
    { path: 'a.workflow.json', name: 'ay', description: 'Says a.' },
    { path: 'a9.workflow.json' },
    { path: 'a10.workflow.json' },
    { path: 'b.workflow.json' },
    { path: 'deep/er/c.workflow.json' },
    { path: 'empty.workflow.json' },
  ]);
  expect(opened).toBeUndefined();
  expect(examples.map(({ name }) => name)).toContain('support-chat');
  expect(machine).toEqual({ python: { state: 'unknown' } });
});

test('what a page begins with comes with the first answer: what its address names, what was opened, or the only one', async () => {
  const folder = await folderWith({ 'a.workflow.json': one, 'b.workflow.json': '{', 'c.txt': one });
  const studio = await StudioServer.start(folder);
  const first = async (opens: string): Promise<string | undefined> =>
    (await studio.ask('studio', { opens })).first?.path;
  expect(await first('')).toBeUndefined();
  expect(await first('b.workflow.json')).toBe('b.workflow.json');
  // Only what is listed has a name here.
  for (const odd of ['c.txt', '../a.workflow.json', './a.workflow.json', '/etc/passwd', '__proto__'])
    expect(await first(odd)).toBeUndefined();
  const { first: opened, files } = await studio.ask('studio', { opens: 'a.workflow.json' });
  expect(opened).toEqual(await studio.ask('openFile', { file: files[0]?.id ?? '' }));
  expect(files.map(({ isUnreadable = false }) => isUnreadable)).toEqual([false, true]);
  expect(await studio.ask('studio', {})).not.toHaveProperty('first');
  // What cannot be opened is named all the same: the page asks for it, and says why.

  const only = await StudioServer.start(await folderWith({ 'only.workflow.json': one }));
  expect((await only.ask('studio', { opens: 'gone.workflow.json' })).first?.path).toBe('only.workflow.json');
});

test('a folder is looked through up to a depth, and it is said that there is more', async () => {
  const deep = 'a/b/c/d/e/f/g/h/';
  const folder = await folderWith({ [`${deep}seen.workflow.json`]: one, [`${deep}i/unseen.workflow.json`]: one });
  const studio = await StudioServer.start(folder);
  expect((await studio.ask('studio', {})).files.map(({ path }) => path)).toEqual([`${deep}seen.workflow.json`]);
  const log = await studio.listen();
  await log.until(({ type }) => type === 'notice');
  // A page that comes later is told as well, and what is open is followed wherever it lies.
  await (await studio.listen()).until(({ type }) => type === 'notice');
  const file = await studio.idOf(`${deep}seen.workflow.json`);
  await studio.ask('openFile', { file });
  await sleep(200);
  await writeFile(join(folder, `${deep}seen.workflow.json`), '{}');
  await log.until(fileEvent('{}'));
});

test('of what a page that is gone has left it is said whether it was saved, or gone on from', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  let { hash: base } = await studio.ask('openFile', { file });
  for (const [count, name] of ['uno', 'due'].entries()) {
    const [text, edition] = [one.replace('"one"', `"${name}"`), { by: 'a page', count: 2 * count }];
    ({ hash: base } = await studio.ask('saveFile', { file, save: { text, base, title: 'Type', edition } }));
  }
  const wasSaved = async (by: string, count: number): Promise<boolean> =>
    (await studio.ask('openFile', { file, unsaved: { by, count } })).wasSaved;
  expect(await wasSaved('a page', 0)).toBe(true);
  // It never lay there by itself: what came after it did.
  expect(await wasSaved('a page', 1)).toBe(true);
  expect(await wasSaved('a page', 3)).toBe(false);
  expect(await wasSaved('another', 0)).toBe(false);
  expect((await studio.ask('openFile', { file })).wasSaved).toBe(false);
});

test('a file is opened with what it names, saved as one version of it, and its history kept', async () => {
  const folder = await folderWith({
    'one.workflow.json': naming('functions/own.py', one),
    'functions/own.py': '\uFEFFdef own() -> str:\n    return "own"\n',
  });
  const studio = await StudioServer.start(folder, { path: 'one.workflow.json' });
  const { opened: file = '' } = await studio.ask('studio', {});
  const opened = await studio.ask('openFile', { file });
  expect(opened).toMatchObject({ id: file, path: 'one.workflow.json', name: 'one', isWritable: true });
  expect(opened.hash).toBe(sha256(await readFile(join(folder, 'one.workflow.json'))));
  expect(opened.sources['functions/own.py']?.text).toBe('def own() -> str:\n    return "own"\n');

  const text = opened.text.replace('"one"', '"uno"');
  const { hash } = await studio.ask('saveFile', { file, save: { text, base: opened.hash, title: 'Rename' } });
  expect(await readFile(join(folder, 'one.workflow.json'), 'utf8')).toBe(text);
  expect(hash).toBe(sha256(text));

  const source = 'functions/own.py';
  const base = opened.sources[source]?.hash ?? '';
  await studio.ask('saveFile', { file, save: { text: '# new\n', base, title: 'Edit own.py', source } });
  // Its byte order mark stays.
  expect(await readFile(join(folder, source), 'utf8')).toBe('\uFEFF# new\n');

  const { versions } = await studio.ask('versions', { file });
  expect(versions.map(({ title, origin, hash: its }) => ({ title, origin, hash: its }))).toEqual([
    { title: 'Rename', origin: 'studio', hash },
    { title: '', origin: 'outside', hash: opened.hash },
  ]);
  expect(await studio.ask('version', { file, version: versions[1]?.id ?? '' })).toEqual({
    text: opened.text,
    hash: opened.hash,
  });
  const ofSource = await studio.ask('versions', { file, source });
  expect(ofSource.versions.map(({ title }) => title)).toEqual(['Edit own.py', '']);
  const [{ id: version } = { id: '' }] = ofSource.versions;
  expect((await studio.ask('version', { file, source, version })).text).toBe('# new\n');
  // An id of another file's version opens nothing.
  expect((await studio.post('version', { file, version })).status).toBe(404);
  expect(await readdir(folder)).toEqual(['functions', 'one.workflow.json']);
  expect(studio.faults).toEqual([]);
});

test('a save that was made from another version changes nothing and shows what lies there', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { hash: base } = await studio.ask('openFile', { file });
  const theirs = one.replace('"one"', '"theirs"');
  await writeFile(join(folder, 'one.workflow.json'), theirs);

  const conflict = await studio.post('saveFile', { file, save: { text: 'mine', base } });
  expect(conflict.status).toBe(409);
  expect(refusal(conflict.body)).toMatchObject({ code: 'conflict', stored: { text: theirs, hash: sha256(theirs) } });
  expect(await readFile(join(folder, 'one.workflow.json'), 'utf8')).toBe(theirs);

  await rm(join(folder, 'one.workflow.json'));
  const gone = await studio.post('saveFile', { file, save: { text: 'mine', base } });
  expect([gone.status, refusal(gone.body).stored]).toEqual([409, undefined]);
  // Made anew, knowing that there is none.
  await studio.ask('saveFile', { file, save: { text: one, base: '' } });
  expect(await readFile(join(folder, 'one.workflow.json'), 'utf8')).toBe(one);
});

test('of many saves from one version at once, one is done', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { hash: base } = await studio.ask('openFile', { file });
  const answers = await Promise.all(
    Array.from({ length: 12 }, async (_, i) => studio.post('saveFile', { file, save: { text: `{"i": ${i}}`, base } })),
  );
  const done = answers.flatMap(({ status }, i) => (status === 200 ? [i] : []));
  expect(done).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(11);
  expect(await readFile(join(folder, 'one.workflow.json'), 'utf8')).toBe(`{"i": ${done[0]}}`);
});

test('modes, links and byte order marks stay; read-only files are left alone', async () => {
  const folder = await folderWith({ 'shared/real.workflow.json': `\uFEFF${one}`, 'fixed.workflow.json': one });
  await chmod(join(folder, 'shared/real.workflow.json'), 0o640);
  await symlink('shared/real.workflow.json', join(folder, 'link.workflow.json'));
  await chmod(join(folder, 'fixed.workflow.json'), 0o444);
  const studio = await StudioServer.start(folder);

  const link = await studio.idOf('link.workflow.json');
  const opened = await studio.ask('openFile', { file: link });
  await studio.ask('saveFile', { file: link, save: { text: newWorkflowText('two'), base: opened.hash } });
  expect(await readlink(join(folder, 'link.workflow.json'))).toBe('shared/real.workflow.json');
  expect(await readFile(join(folder, 'shared/real.workflow.json'), 'utf8')).toBe(`\uFEFF${newWorkflowText('two')}`);
  expect((await stat(join(folder, 'shared/real.workflow.json'))).mode & 0o777).toBe(0o640);

  const fixed = await studio.idOf('fixed.workflow.json');
  const { isWritable, hash } = await studio.ask('openFile', { file: fixed });
  expect(isWritable).toBe(false);
  const refused = await studio.post('saveFile', { file: fixed, save: { text: '{}', base: hash } });
  expect([refused.status, refusal(refused.body).code]).toEqual([403, 'read_only']);
  expect(await readFile(join(folder, 'fixed.workflow.json'), 'utf8')).toBe(one);
});

test('what a killed Studio left beside a file is cleared away by the next save, and nothing else', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const [old, young, others] = [
    'one.workflow.json.0123abcd.tmp',
    'one.workflow.json.0123abce.tmp',
    'two.workflow.json.0123abcd.tmp',
  ];
  for (const name of [old, young, others]) await writeFile(join(folder, name), '');
  const longAgo = new Date(Date.now() - 120_000);
  for (const name of [old, others]) await utimes(join(folder, name), longAgo, longAgo);
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { hash: base } = await studio.ask('openFile', { file });
  expect(await readdir(folder)).toHaveLength(4);
  await studio.ask('saveFile', { file, save: { text: '{}', base } });
  expect(await readdir(folder)).toEqual(['one.workflow.json', young, others]);
});

test('what others do in the folder appears: a change, a new file, a file that goes', async () => {
  const folder = await folderWith({ 'one.workflow.json': naming('own.py', one), 'own.py': 'A = 1\n' });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { text } = await studio.ask('openFile', { file });
  const log = await studio.listen();
  await log.until(({ type }) => type === 'files');

  const changed = text.replace('"one"', '"changed"');
  await writeFile(join(folder, 'one.workflow.json'), changed);
  expect(await log.until(fileEvent(changed))).toMatchObject({ file, stored: { hash: sha256(changed) } });
  await log.until((event) => event.type === 'files' && event.files[0]?.name === 'changed');

  await writeFile(join(folder, 'own.py'), 'A = 2\n');
  expect(await log.until(fileEvent('A = 2\n'))).toMatchObject({ file, source: 'own.py' });

  // As editors save: another file takes its place.
  await writeFile(join(folder, 'beside'), text);
  await rename(join(folder, 'beside'), join(folder, 'one.workflow.json'));
  await log.until(fileEvent(text));

  await mkdir(join(folder, 'more', 'deep'), { recursive: true });
  await writeFile(join(folder, 'more', 'deep', 'two.workflow.json'), newWorkflowText('two'));
  await log.until((event) => event.type === 'files' && event.files.length === 2);
  await rm(join(folder, 'one.workflow.json'));
  expect(await log.until(fileEvent(undefined))).toEqual({ type: 'file', file });
  await log.until((event) => event.type === 'files' && event.files.length === 1);

  const { versions } = await studio.ask('versions', { file });
  expect(versions.map(({ origin }) => origin)).toEqual(['outside', 'outside', 'outside']);
  expect((await studio.ask('version', { file, version: versions[1]?.id ?? '' })).text).toBe(changed);
  expect(studio.faults).toEqual([]);
});

test('own saves come back to no page that made them, and to every other', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { hash: base } = await studio.ask('openFile', { file });
  const [mine, theirs] = [await studio.listen(), await studio.listen()];
  const hello = await mine.until(({ type }) => type === 'hello');
  await theirs.until(({ type }) => type === 'hello');
  // Told once, to those that are there by then.
  await mine.until(({ type }) => type === 'files');
  const page = hello.type === 'hello' ? hello.page : '';
  const text = newWorkflowText('two');
  const saved = await studio.ask('saveFile', { file, save: { text, base, page } });
  expect(await theirs.until(fileEvent(text))).toEqual({ type: 'file', file, stored: { text, hash: saved.hash } });
  await studio.ask('saveFile', { file, save: { text: one, base: saved.hash } });
  await sleep(600);
  const told = [...mine.events, ...theirs.events].filter(({ type }) => type === 'file');
  expect(told).toHaveLength(1);
});

test('a file that another program is still writing, or that is no text, is not taken for a new version', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  const { hash: base } = await studio.ask('openFile', { file });
  const log = await studio.listen();
  await log.until(({ type }) => type === 'files');
  await sleep(200);

  const next = newWorkflowText('next');
  await writeFile(join(folder, 'one.workflow.json'), next.slice(0, 40));
  await sleep(250);
  await writeFile(join(folder, 'one.workflow.json'), next);
  await log.until(fileEvent(next));
  expect(log.events.filter(({ type }) => type === 'file')).toHaveLength(1);

  await writeFile(join(folder, 'one.workflow.json'), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
  await sleep(1_200);
  expect(log.events.filter(({ type }) => type === 'file')).toHaveLength(1);
  expect((await studio.post('openFile', { file })).status).toBe(422);
  const save = await studio.post('saveFile', { file, save: { text: one, base } });
  expect([save.status, refusal(save.body).message]).toEqual([422, expect.stringContaining('is not UTF-8')]);
  // What is broken and stays so is shown as it is.
  await writeFile(join(folder, 'one.workflow.json'), '{"half": ');
  await log.until(fileEvent('{"half": '));
});

test('a folder that vanishes and comes back is followed again', async () => {
  const parent = await temporaryFolder();
  const folder = join(parent, 'flows');
  await mkdir(folder);
  await writeFile(join(folder, 'one.workflow.json'), one);
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  await studio.ask('openFile', { file });
  const log = await studio.listen();
  await log.until(({ type }) => type === 'files');
  await sleep(200);
  await rename(folder, join(parent, 'elsewhere'));
  await log.until((event) => event.type === 'files' && event.files.length === 0);
  await mkdir(folder);
  const back = newWorkflowText('back');
  await writeFile(join(folder, 'one.workflow.json'), back);
  await log.until(fileEvent(back));
  await writeFile(join(folder, 'one.workflow.json'), one);
  await log.until(fileEvent(one));
  expect(studio.faults).toEqual([]);
});

test('files are made from an example, from a text, from nothing, and deleted into the history', async () => {
  const folder = await folderWith({ 'taken.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const example = await studio.ask('createFile', { name: 'my-bot', example: 'support-chat' });
  expect(example).toMatchObject({ path: 'my-bot/my-bot.workflow.json', name: 'my-bot' });
  expect(Object.keys((await studio.ask('openFile', { file: example.id })).sources)).toContain('functions/orders.py');
  const pasted = await studio.ask('createFile', { name: 'pasted', text: one });
  expect((await studio.ask('openFile', { file: pasted.id })).text).toBe(one);
  const fresh = await studio.ask('createFile', { name: 'fresh' });
  expect(fresh).toMatchObject({ path: 'fresh.workflow.json', name: 'fresh' });

  for (const wanted of [{ name: 'taken' }, { name: 'my-bot', example: 'chat' }, { name: 'pasted', text: '{}' }])
    expect((await studio.post('createFile', wanted)).status).toBe(409);
  for (const text of ['', '[]', 'nodes', '{"nodes": '])
    expect((await studio.post('createFile', { name: 'bad', text })).status).toBe(422);
  expect(await readFile(join(folder, 'taken.workflow.json'), 'utf8')).toBe(one);

  await studio.ask('deleteFile', { file: pasted.id });
  expect((await studio.ask('studio', {})).files.map(({ path }) => path)).not.toContain('pasted.workflow.json');
  expect((await studio.post('openFile', { file: pasted.id })).status).toBe(404);
  const { versions } = await studio.ask('versions', { file: pasted.id });
  expect((await studio.ask('version', { file: pasted.id, version: versions[0]?.id ?? '' })).text).toBe(one);
});

test('what was typed on and on is one version; each other step is one', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const studio = await StudioServer.start(folder);
  const file = await studio.idOf('one.workflow.json');
  let { hash: base } = await studio.ask('openFile', { file });
  for (const [text, title] of [
    ['{"a": 1}', 'Edit a'],
    ['{"a": 12}', 'Edit a'],
    ['{"a": 123}', 'Edit a'],
    ['{}', 'Remove a'],
    ['{"a": 123}', 'Undo'],
  ] as const)
    base = (await studio.ask('saveFile', { file, save: { text, base, title } })).hash;
  const { versions } = await studio.ask('versions', { file });
  expect(versions.map(({ title }) => title)).toEqual(['Undo', 'Remove a', 'Edit a', '']);
  const texts = await Promise.all(
    versions.map(async ({ id: version }) => (await studio.ask('version', { file, version })).text),
  );
  expect(texts).toEqual(['{"a": 123}', '{}', '{"a": 123}', one]);
});

test('the history outlives the Studio, and a machine without Python is told once a page is open', async () => {
  const folder = await folderWith({ 'one.workflow.json': one });
  const data = await temporaryFolder();
  const env = { CATALYST_DATA_DIR: data, CATALYST_PYTHON: '/nowhere/python3' };
  const first = await StudioServer.start(folder, { env });
  const file = await first.idOf('one.workflow.json');
  const { hash: base } = await first.ask('openFile', { file });
  await first.ask('saveFile', { file, save: { text: '{}', base, title: 'Empty it' } });
  const log = await first.listen();
  const machine = await log.until(({ type }) => type === 'machine');
  expect(machine).toMatchObject({
    machine: { python: { state: 'missing', hint: expect.stringContaining('Python 3.11') as string } },
  });
  await first.close();
  await log.ended;

  const second = await StudioServer.start(folder, { env });
  const { versions } = await second.ask('versions', { file: await second.idOf('one.workflow.json') });
  expect(versions.map(({ title }) => title)).toEqual(['Empty it', '']);
});

function naming(file: string, text: string): string {
  const workflow = JSON.parse(text) as { nodes: unknown[] };
  workflow.nodes.push({ id: 'own', type: 'pythonFunction', config: { file, function: 'own' } });
  return `${JSON.stringify(workflow, null, 2)}\n`;
}
