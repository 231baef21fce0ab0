import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { seriousFindings } from './axe.ts';
import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const example = readFileSync(
  new URL('../../../examples/second-opinion/second-opinion.workflow.json', import.meta.url),
  'utf8',
);
const views = ['Chat', 'Request', 'Run', 'History', 'Code', 'Problems', 'Tests', 'Cost'] as const;
/** As wide as most, as narrow as is promised, and at 200 % zoom. */
const sizes = [
  { width: 1_440, height: 900 },
  { width: 1_024, height: 700 },
  { width: 720, height: 450 },
] as const;

describe.skipIf(chromiumPath === undefined)('axe finds nothing serious', () => {
  it.each(['light', 'dark'] as const)('in any view or dialog: %s', { timeout: 180_000 }, async (theme) => {
    const { page, complaints } = await openStudio({ 'second-opinion.workflow.json': example }, { theme });
    const found: Record<string, readonly string[]> = {};
    const look = async (what: string): Promise<void> => {
      // The other theme has other colours, and nothing else.
      const findings = await seriousFindings(page, theme === 'dark' ? ['color-contrast'] : undefined);
      if (findings.length > 0) found[`${what}, ${page.viewportSize()?.width} px`] = findings;
    };
    for (const size of sizes) {
      await page.setViewportSize(size);
      for (const title of views) {
        const tab = page.getByRole('tab', { name: title }).first();
        if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
        await page.getByRole('tabpanel').locator('*').first().waitFor();
        await look(title);
      }
      await page.getByRole('button', { name: 'Close this view' }).click();
      await look('Properties of the workflow');
    }
    await page.setViewportSize(sizes[0]);
    for (const { id } of (JSON.parse(example) as { nodes: { id: string }[] }).nodes.slice(0, 3)) {
      await node(page, id).click({ position: { x: 60, y: 14 } });
      await page.locator(`aside[aria-label="Properties"] [value="${id}"]`).first().waitFor();
      await look(`Properties of ${id}`);
    }
    for (const side of ['Outline', 'Files', 'Nodes']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: side }).click();
      await look(side);
    }
    for (const [keys, title] of [
      ['Control+k', 'Find and do'],
      ['?', 'All keys'],
      ['n', 'Add a node'],
      ['Control+e', 'Export the service'],
    ] as const) {
      await page.keyboard.press('F6');
      await page.keyboard.press(keys);
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.waitFor();
      await look(title);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    for (const [command, title] of [
      ['New workflow', 'New workflow'],
      ['Earlier versions', /^Earlier versions/],
      ['Delete this file', /^Delete/],
    ] as const) {
      await page.keyboard.press('F6');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Find and do' }).fill(`>${command}`);
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.waitFor();
      await look(command);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
    expect(found).toEqual({});
    expect(complaints).toEqual([]);
  });
});
