import { describe, expect, it } from 'vitest';

import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const hebrew = 'בקשה נכנסת מהלקוח של החנות הגדולה';

function workflow(name: string, more: object = {}): string {
  return JSON.stringify({
    version: 1,
    name,
    description: 'שלום',
    nodes: [
      { id: 'begin', type: 'httpEndpoint', label: hebrew, position: { x: 0, y: 0 }, config: { path: `/${name}` } },
      { id: 'reply', type: 'response', position: { x: 300, y: 0 }, config: { output: 'Done' } },
    ],
    edges: [{ source: 'begin', target: 'reply' }],
    ...more,
  });
}

const note = { id: 'n', text: 'Some *stressed* words, 2 * 3 * 4', position: { x: 0, y: 200 } };

describe.skipIf(chromiumPath === undefined)('the first look at a workflow', () => {
  it('opens what the address names beside the token, and takes the token away', async () => {
    const files = {
      'a.workflow.json': workflow('a'),
      'b.workflow.json': workflow('b', { notes: [note] }),
      'c.workflow.json': '{',
    };
    const { page, address, complaints } = await openStudio(files);
    await page.goto('about:blank');
    await page.goto(`${address}&file=b.workflow.json`);
    await page.getByRole('button', { name: 'b', exact: true }).waitFor();
    expect(new URL(page.url()).hash).toBe('#file=b.workflow.json');
    // One request brings the folder and the file.
    const asked = await page.evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`);
    expect(asked.filter((name) => name.endsWith('/api/openFile'))).toEqual([]);
    await page.reload();
    await page.getByRole('button', { name: 'b', exact: true }).waitFor();

    // A name from the right begins at the right, and is cut at its end.
    const styleOf = async (selector: string, property: string): Promise<string> =>
      page.evaluate(`getComputedStyle(document.querySelector(${JSON.stringify(selector)})).${property}`);
    await node(page, 'begin').getByText(hebrew).waitFor();
    expect(await styleOf('[data-id=begin] [title]', 'direction')).toBe('rtl');
    await page.getByRole('textbox', { name: 'Description' }).waitFor();
    expect(await styleOf('aside textarea', 'unicodeBidi')).toBe('plaintext');
    expect(await page.locator('.note em').allTextContents()).toEqual(['stressed']);

    // In a low window the button that makes the file stays in sight.
    await page.setViewportSize({ width: 1024, height: 600 });
    await page.getByRole('banner').getByRole('button', { name: 'b', exact: true }).click();
    await page.getByRole('menuitem', { name: 'New workflow' }).click();
    const create = page.getByRole('dialog').getByRole('button', { name: 'Create' });
    const box = await create.boundingBox();
    expect((box?.y ?? 600) + (box?.height ?? 0)).toBeLessThan(600);
    await page.getByRole('textbox', { name: 'Name' }).fill('My Flow!');
    await create.click();
    await page.getByText('A name has lower-case letters').waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('mine');
    await create.click();
    await page.getByRole('banner').getByRole('button', { name: 'mine', exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says how the last run ended also where no view is open, and of a file that it cannot be read', async () => {
    const files = { 'a.workflow.json': workflow('a'), 'c.workflow.json': '{' };
    const { page, complaints } = await openStudio(files);
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+Enter');
    const sign = page.getByTitle('Show the run');
    await sign.getByText('Done').first().waitFor({ timeout: 120_000 });
    // It gives way to the tabs beside it.
    const last = await page.getByRole('tab', { name: 'Cost' }).boundingBox();
    expect((last?.x ?? 0) + (last?.width ?? Infinity)).toBeLessThanOrEqual((await sign.boundingBox())?.x ?? 0);
    await sign.click();
    await page.getByRole('tab', { name: 'Run', selected: true }).waitFor();
    await sign.waitFor({ state: 'detached' });

    await page.getByRole('banner').getByRole('button', { name: 'a', exact: true }).click();
    await page.getByRole('menuitem', { name: 'c.workflow.json' }).click();
    await page.getByText('Its file is no JSON').waitFor();
    await page.getByRole('banner').getByRole('button', { name: 'Export' }).click();
    await page.getByText('The workflow has errors; the problems say which.').waitFor();
    expect(complaints).toEqual([]);
  });
});
