import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

/** As patient as the page's own waiting: what is saved within a second on a quiet machine takes many on a busy one. */
const patient = { timeout: 20_000 };
const name = 'second-opinion.workflow.json';
const example = readFileSync(
  new URL('../../../examples/second-opinion/second-opinion.workflow.json', import.meta.url),
  'utf8',
);

describe.skipIf(chromiumPath === undefined)('what is missing is said, and the rest works', () => {
  it('without Python one draws, checks, sees code and cost, and is told how to get it', async () => {
    const { page, read } = await openStudio({ [name]: example }, { env: { CATALYST_PYTHON: '/nowhere/python' } });
    await page.getByRole('button', { name: 'No Python' }).click();
    const missing = page.getByRole('dialog', { name: 'Python is missing' });
    await missing.getByText('/nowhere/python').first().waitFor();
    await page.keyboard.press('Escape');
    // Until it has gone, keys are its own.
    await missing.waitFor({ state: 'detached' });

    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+s');
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('drawn without Python');
    await page.keyboard.press('Control+Enter');
    await expect.poll(async () => read(name), patient).toContain('drawn without Python');
    // Requests that break off go through a moment later.
    let broken = 0;
    await page.route('**/assets/CodePanel-*', async (route) => {
      broken += 1;
      await (broken > 2 ? route.continue() : route.abort('failed'));
    });
    await page.getByRole('tab', { name: 'Code' }).click();
    await page
      .getByRole('button', { name: /second_opinion\.py$/ })
      .first()
      .waitFor();
    expect(broken).toBe(3);
    await page.getByRole('tab', { name: 'Cost' }).click();
    await page.getByRole('tabpanel').getByText('$').first().waitFor();
    await page.getByRole('tab', { name: 'Problems' }).click();
    await page.getByText('Nothing was found').waitFor();

    await page.keyboard.press('F6');
    await page.keyboard.press('Control+Enter');
    await page
      .getByText(/\/nowhere\/python/)
      .first()
      .waitFor();
  });

  it('a server that has ended is said; edits are kept, and saved by a page of its next start', async () => {
    const { page, read, server } = await openStudio({ [name]: example });
    const header = page.getByRole('banner').getByRole('status').first();
    await server.end('SIGKILL');
    await expect.poll(async () => header.textContent(), patient).toBe('The Studio does not answer');
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+s');
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('drawn while it was away');
    await page.keyboard.press('Control+Enter');
    await page.getByText('drawn while it was away').first().waitFor();
    expect(await read(name)).toBe(example);

    const address = await server.start();
    await expect.poll(async () => header.textContent(), patient).toMatch(/started anew/);
    const next = await page.context().newPage();
    await next.goto(address);
    await next.getByText('drawn while it was away').first().waitFor();
    await expect.poll(async () => read(name), patient).toContain('drawn while it was away');
  });

  it('what was drawn while the server was away meets what something outside has written: both stay', async () => {
    const { page, read, server, write } = await openStudio({ [name]: example });
    await server.end('SIGKILL');
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+s');
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('drawn here');
    await page.keyboard.press('Control+Enter');
    await page.getByText('drawn here').first().waitFor();
    // What cannot be saved the browser keeps a moment later.
    await expect.poll(() => page.evaluate<string>('JSON.stringify(localStorage)')).toContain('drawn here');
    await write(name, example.replace('"description": "', '"description": "Written outside. '));
    const address = await server.start();
    await page.close();
    const next = await page.context().newPage();
    await next.goto(address);
    await next.getByText('drawn here').first().waitFor();
    await expect.poll(async () => read(name), patient).toContain('drawn here');
    expect(await read(name)).toContain('Written outside.');
  });

  it('both changed the same: neither is overwritten before somebody has chosen', async () => {
    const { page, read, write } = await openStudio({ [name]: example });
    await page.route('**/api/saveFile', async (route) => route.abort());
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.getByText('Nothing is drawn yet').waitFor();
    const outside = example.replaceAll('"pros"', '"advantages"');
    await write(name, outside);
    await page.unroute('**/api/saveFile');
    await page.getByRole('dialog', { name: /was changed here and outside/ }).waitFor();
    expect(await read(name)).toBe(outside);
    await page.getByRole('button', { name: 'Take what is on disk' }).click();
    await node(page, 'advantages').waitFor();
    expect(await read(name)).toBe(outside);
  });
});
