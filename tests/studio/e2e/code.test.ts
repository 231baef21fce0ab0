import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const folder = join('examples', 'help-desk');
const read = (...path: readonly string[]): string => readFileSync(join(folder, ...path), 'utf8');

describe.skipIf(chromiumPath === undefined)('a workflow that calls others and has Python of its own', () => {
  it('shows its own module, marks the lines of a node, and asks before it runs, without a complaint', async () => {
    const { page, complaints } = await openStudio({
      'help-desk.workflow.json': read('help-desk.workflow.json').replaceAll('workflows/', ''),
      'classify.workflow.json': read('workflows', 'classify.workflow.json'),
      'find-order.workflow.json': read('workflows', 'find-order.workflow.json').replaceAll(
        /"file": "[^"]*\//g,
        '"file": "',
      ),
      'orders.py': read('workflows', 'functions', 'orders.py'),
    });
    await page.getByRole('tab', { name: 'Code' }).click();
    const panel = page.getByRole('tabpanel');
    // Those that it calls come before it in the alphabet.
    await panel.getByText('app/workflows/help_desk.py').waitFor();
    await panel.locator('.cm-line').first().waitFor();
    await node(page, 'answer').click();
    await panel.locator('.cm-marked').first().waitFor();

    await canvasOf(page).focus();
    await page.keyboard.press('Control+Enter');
    await page.getByRole('dialog', { name: 'Run this Python?' }).waitFor();
    await page.getByRole('button', { name: 'Not now' }).click();
    expect(complaints).toEqual([]);
  });
});
