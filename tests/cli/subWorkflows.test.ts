import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeEach, expect, test } from 'vitest';

import { temporaryFolder } from '../host/temporaryFolder.ts';
import { User } from './catalyst.ts';

const golden = resolve(import.meta.dirname, '../codegen/golden/sub-workflows');

let user: User;

beforeEach(async () => {
  user = await User.create({ SHOP_REGION: 'the north' });
  await cp(golden, user.folder, { recursive: true });
});

test('check looks into the called workflow, and --cost counts what it costs', async () => {
  const { exitCode, stdout } = await user.catalyst('check', 'order-step.workflow.json', '--cost');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^find_order\.describe +gpt-5\.4-mini +1 /m);
  const inner = join(user.folder, 'tools/find-order.workflow.json');
  await writeFile(inner, (await readFile(inner, 'utf8')).replace('input.detail', 'input.detial'));
  const broken = await user.catalyst('check', 'order-step.workflow.json');
  expect(broken.exitCode).toBe(1);
  expect(broken.stdout).toMatch(/`tools\/find-order\.workflow\.json` has 1 error .*`detial`.*\[unsound-workflow\]/);
});

test('build writes one module for a workflow that several call, and a route only when it is named itself', async () => {
  const step = ['order-step.workflow.json', 'order-tool.workflow.json'];
  const { exitCode } = await user.catalyst('build', ...step, '--out', 'service');
  expect(exitCode).toBe(0);
  const routes = (): Promise<string> => readFile(join(user.folder, 'service/app/routes.py'), 'utf8');
  expect(await routes()).not.toContain('/find-order');
  const all = [...step, 'tools/find-order.workflow.json'];
  const again = await user.catalyst('build', ...all, '--out', 'service', '--json');
  expect(again.exitCode).toBe(0);
  const { created, changed } = JSON.parse(again.stdout) as Record<'created' | 'changed', readonly string[]>;
  expect(created).toEqual(['app/workflows/find_order.api.json']);
  // Its tests ask it over its route now.
  expect(changed).toContain('tests/test_find_order.py');
  expect(await routes()).toContain('/find-order');
});

test('the Python of a called workflow asks for trust', async () => {
  const run = ['run', 'order-tool.workflow.json', '-i', 'message=Please find the order by its number A-1042.'];
  const refused = await user.catalyst(...run);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('find-order, order: functions/orders.py');
  const trusted = await user.catalyst(...run, '--trust');
  expect(trusted).toMatchObject({ exitCode: 0 });
  expect(trusted.stdout).toContain('shipped');
  const orders = join(user.folder, 'tools/functions/orders.py');
  await writeFile(orders, (await readFile(orders, 'utf8')).replace('shipped', 'lost'));
  expect(await user.catalyst(...run)).toMatchObject({ exitCode: 2 });
});

test('a called workflow outside the folder is not read, not even through a link', async () => {
  const elsewhere = await temporaryFolder();
  await writeFile(join(elsewhere, 'secret.workflow.json'), '{"name": "secret"}');
  await symlink(join(elsewhere, 'secret.workflow.json'), join(user.folder, 'linked.workflow.json'));
  const file = join(user.folder, 'order-step.workflow.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('tools/find-order.workflow.json', 'linked.workflow.json'));
  const { exitCode, stdout, stderr } = await user.catalyst('check', 'order-step.workflow.json');
  expect(exitCode).not.toBe(0);
  expect(stdout + stderr).toContain('leads out of its folder');
});

test('folders that lead into themselves end the reading', async () => {
  await symlink('.', join(user.folder, 'round'));
  const file = join(user.folder, 'order-step.workflow.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('tools/find-order.workflow.json', 'round/order-step.workflow.json'));
  const { exitCode, stdout } = await user.catalyst('check', 'order-step.workflow.json');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[unsound-workflow]');
});

test('dev takes a change of a called workflow over', async () => {
  const session = user.start('dev', 'order-step.workflow.json', '--port', '0', '--trust');
  const [, url = ''] = await session.until(/ready.* at (\S+)/);
  const inner = join(user.folder, 'tools/find-order.workflow.json');
  const text = await readFile(inner, 'utf8');
  await writeFile(inner, text.replaceAll('"status": "{{', '"status": "surely {{'));
  await session.until(/reloaded order-step/);
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Where is it?', number: 'A-7' }),
  });
  expect(await answer.text()).toContain('surely shipped');
});
