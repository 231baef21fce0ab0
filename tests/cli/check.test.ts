import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pc from 'picocolors';
import { beforeEach, expect, test } from 'vitest';

import { findingTexts } from '../../src/cli/report.ts';
import { loadWorkflow } from '../../src/host/workflowFiles.ts';
import { examples, User } from './catalyst.ts';

let user: User;
let good: string;

const write = (text: string): Promise<void> => writeFile(join(user.folder, 'chat.workflow.json'), text);
const read = (): Promise<string> => readFile(join(user.folder, 'chat.workflow.json'), 'utf8');

beforeEach(async () => {
  user = await User.create();
  good = await readFile(join(examples, 'chat', 'chat.workflow.json'), 'utf8');
});

test('a sound file is fine', async () => {
  await write(good);
  const { exitCode, stdout, stderr } = await user.catalyst('check', 'chat.workflow.json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toBe('ok 1 file, nothing found\n');
});

test('a finding shows file, line, column, the line itself, its code and the fix', async () => {
  await write(good.replace('"target": "reply"', '"target": "repli"'));
  const { exitCode, stdout } = await user.catalyst('check', 'chat.workflow.json');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^chat\.workflow\.json:\d+:\d+ {2}error .*`repli`.*\[unknown-node\]$/m);
  expect(stdout).toMatch(/^ +\d+ \| .*"target": "repli"/m);
  expect(stdout).toContain('fix: Change it to `reply`');
  expect(stdout).toContain('--fix repairs what it can');
});

test('of thousands of findings the first are shown, errors before warnings, and the rest is counted', async () => {
  const odd = Array.from({ length: 2_000 }, (_, index) => `"odd_${index}": 1`).join(', ');
  await write(good.replace('"config": {', `"config": { ${odd}, `));
  const { exitCode, stdout } = await user.catalyst('check', 'chat.workflow.json');
  expect(exitCode).toBe(1);
  expect(stdout.match(/^chat\.workflow\.json:\d+:\d+ /gm)).toHaveLength(500);
  expect(stdout).toContain('chat.workflow.json: and 1500 more (check --json lists all)\n');
  const loaded = await loadWorkflow('chat.workflow.json', await read());
  const mixed = loaded.diagnostics.map(
    (each, at) => ({ ...each, severity: at < 1_999 ? 'warning' : 'error' }) as const,
  );
  expect(findingTexts(loaded, mixed, pc.createColors(false))[0]).toContain('odd_1999');
});

test('--fix repairs the file and keeps the rest of it, byte by byte', async () => {
  await write(good.replace('"target": "reply"', '"target": "repli"'));
  const { exitCode, stderr } = await user.catalyst('check', 'chat.workflow.json', '--fix');
  expect(exitCode).toBe(0);
  expect(stderr).toContain('fixed: chat.workflow.json: Change it to `reply`');
  expect(await read()).toBe(good);
});

test('without --fix nothing is written', async () => {
  const bad = good.replace('"target": "reply"', '"target": "repli"');
  await write(bad);
  await user.catalyst('check', 'chat.workflow.json');
  expect(await read()).toBe(bad);
});

test('a warning is fine, unless --strict says otherwise', async () => {
  await write(good.replace(/"model": "[^"]+"/, '"model": "gpt-4-turbo-preview"'));
  expect(await user.catalyst('check', 'chat.workflow.json')).toMatchObject({ exitCode: 0 });
  const strict = await user.catalyst('check', 'chat.workflow.json', '--strict');
  expect(strict.exitCode).toBe(1);
  expect(strict.stdout).toMatch(/error .*\[retired-model\]/);
});

test('--json gives every file with its findings to a program', async () => {
  await write(good.replace('"target": "reply"', '"target": "repli"'));
  const { stdout } = await user.catalyst(
    'check',
    'chat.workflow.json',
    join(examples, 'chat/chat.workflow.json'),
    '--json',
  );
  const report = JSON.parse(stdout) as { ok: boolean; files: { file: string; diagnostics: { code: string }[] }[] };
  expect(report.ok).toBe(false);
  expect(report.files.map(({ file }) => file)).toEqual([
    'chat.workflow.json',
    join(examples, 'chat/chat.workflow.json'),
  ]);
  expect(report.files[0]?.diagnostics.map(({ code }) => code)).toContain('unknown-node');
});

test('build, run and dev refuse a file with errors, and say what is wrong with it', async () => {
  await write(good.replace('"target": "reply"', '"target": "repli"'));
  for (const command of [
    ['build', '--out', 'service'],
    ['run', '-i', 'message=Hi'],
  ]) {
    const [name = '', ...options] = command;
    const { exitCode, stderr } = await user.catalyst(name, 'chat.workflow.json', ...options);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[unknown-node]');
  }
});

test('--cost shows the most that one request can cost', async () => {
  await write(good);
  const { exitCode, stdout } = await user.catalyst('check', 'chat.workflow.json', '--cost');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^together +[\d,]+ +500 +\$0\.\d{4}$/m);
  const json = JSON.parse((await user.catalyst('check', 'chat.workflow.json', '--cost', '--json')).stdout) as object;
  expect(json).toMatchObject({
    ok: true,
    files: [{ cost: { answerTokens: 500, nodes: [{ node: 'answer', calls: 1 }] } }],
  });
});

test('--cost says what has no limit, and what stops a run', async () => {
  await write(
    good
      .replace('"maxTokens": 500', '"maxTokens": 500, "extra": { "some": 1 }')
      .replace('"path":', '"budget": { "maxCostUsd": 0.05, "maxTokens": 9000 }, "path":'),
  );
  const { stdout } = await user.catalyst('check', 'chat.workflow.json', '--cost');
  expect(stdout).toContain('Nothing limits the `extra` parameters of `answer`');
  expect(stdout).toContain('once $0.0500 or 9,000 tokens are spent');
});

test('--cost of a file with errors shows the errors', async () => {
  await write(good.replace('"target": "reply"', '"target": "repli"'));
  const { exitCode, stdout } = await user.catalyst('check', 'chat.workflow.json', '--cost', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, files: [{ cost: null }] });
});

test('--fix keeps no fix after which more is wrong', async () => {
  const text = good.replace('"type": "object"', '"type": "object", "patternPropertie": {"a": 1, "b": 2}');
  await write(text);
  const { stdout } = await user.catalyst('check', 'chat.workflow.json', '--fix');
  expect(stdout).toContain('patternPropertie');
  expect(await read()).toBe(text);
});
