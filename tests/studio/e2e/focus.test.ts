import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8');
const refund = readFileSync('examples/approve-refund/approve-refund.workflow.json', 'utf8');
const patient = { timeout: 60_000 };

/** Of the page. */
declare const document: { readonly activeElement: Focused | null; readonly body: Focused };
declare const KeyboardEvent: new (type: string, about: object) => object;
interface Focused {
  readonly tagName: string;
  readonly textContent: string | null;
  getAttribute(name: string): string | null;
  dispatchEvent(event: object): boolean;
}

/** The name of what has the focus; `BODY` where nothing has it. */
async function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focus = document.activeElement;
    if (focus === null || focus.tagName === 'BODY') return 'BODY';
    return focus.getAttribute('aria-label') ?? focus.getAttribute('role') ?? focus.textContent ?? '';
  });
}

/** Presses keys, in the page: each when what the one before has changed is drawn, and before any timer. */
async function pressAtOnce(keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }
}

async function run(page: Page, done: Locator): Promise<void> {
  await page.keyboard.press('F6');
  await page.keyboard.press('Control+Enter');
  await done.waitFor(patient);
}

describe.skipIf(chromiumPath === undefined)('the focus is never lost', () => {
  it('when windows close, by Escape and by what was done in them', { timeout: 180_000 }, async () => {
    const { page, complaints } = await openStudio({
      'chat.workflow.json': chat,
      'other.workflow.json': chat.replace('"chat"', '"other"'),
    });
    await run(page, node(page, 'reply').locator('[data-state="done"]'));
    await page.getByRole('tab', { name: 'History' }).click();
    const makeTest = page.getByRole('button', { name: 'Make a test' });
    await page.getByRole('grid', { name: 'Runs' }).getByRole('row').nth(1).click();
    await makeTest.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(async () => focused(page)).toBe('Make a test');

    // Its button goes with the view: the focus stays where that was.
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox').fill('answers');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Show the tests' }).click();
    await page.getByRole('button', { name: 'Run the tests' }).waitFor();
    await expect.poll(async () => focused(page)).toBe('tabpanel');

    // A window that a command has opened.
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Find and do' }).waitFor();
    await page.keyboard.type('earlier versions');
    await page.getByRole('option', { name: /Earlier versions/ }).click();
    await page.getByRole('dialog', { name: 'Earlier versions' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(async () => focused(page)).toBe('Canvas of the workflow');

    // What is opened before the window has wholly gone keeps the focus, however quickly the keys follow each other.
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'All keys' }).waitFor();
    await page.evaluate(pressAtOnce, ['Escape', 'F6', 'n']);
    const search = page.getByRole('dialog', { name: 'Add a node' }).getByRole('combobox');
    await search.waitFor();
    await page.keyboard.type('condition');
    expect(await search.inputValue()).toBe('condition');
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'detached' });

    // Only the canvas is an application, and it has a name.
    expect(await page.getByRole('application').count()).toBe(1);

    // What is typed finds the other workflows of the folder.
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Find and do' }).waitFor();
    await page.keyboard.type('other.work');
    await page.getByRole('option', { name: 'other.workflow.json' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('banner').getByRole('button', { name: 'other' }).waitFor();
    await canvasOf(page).waitFor();
    expect(complaints).toEqual([]);
  });

  it(
    'when what was pressed waits for the server, or is gone with what it was part of',
    { timeout: 180_000 },
    async () => {
      const { page, complaints } = await openStudio(
        { 'approve-refund.workflow.json': refund },
        { env: { APPROVER: 'lead@example.com' } },
      );
      await page.getByRole('tab', { name: 'Run' }).click();
      await page.keyboard.press('F6');
      await page.keyboard.press('Control+Enter');
      const agree = page.getByRole('button', { name: 'Run it' });
      const card = page.getByRole('region', { name: 'approve asks' });
      // Someone may have agreed to the same Python before.
      await agree.or(card).first().waitFor(patient);
      if (await agree.isVisible()) await agree.click();
      await card.waitFor(patient);

      await card.getByRole('button', { name: 'Approve' }).press('Enter');
      await card.getByRole('alert').getByText('It lacks amount.').waitFor(patient);
      expect(await card.getByRole('alert').textContent()).not.toContain('`errors`');
      expect(await focused(page)).toBe('Approve');
      await card.getByRole('spinbutton').or(card.getByLabel('amount')).first().fill('40');
      await card.getByRole('button', { name: 'Approve' }).press('Enter');
      await card.waitFor({ ...patient, state: 'detached' });
      await expect.poll(async () => focused(page)).toBe('tabpanel');
      expect(complaints.filter((each) => !each.includes('/api/decideRun'))).toEqual([]);
    },
  );
});
