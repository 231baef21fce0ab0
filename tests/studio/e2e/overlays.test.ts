import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const dist = join(import.meta.dirname, '..', '..', '..', 'dist', 'studio');
const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8');

/** Of the page. */
declare const document: { readonly activeElement: { readonly textContent: string } | null };

describe.skipIf(chromiumPath === undefined)('what lies over the page', () => {
  it('is loaded after the first paint, which takes no more than 300 KiB', async () => {
    // A Studio that starts builds the page where it is not there yet.
    await openStudio({});
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    const waiting = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path = '']) => path);
    const sizes = new Map<string, number>();
    for (const path of waiting) {
      if (sizes.has(path)) continue;
      const isPacked = existsSync(join(dist, `${path}.gz`));
      const sent = readFileSync(join(dist, isPacked ? `${path}.gz` : path));
      sizes.set(path, sent.length);
      const text = (isPacked ? gunzipSync(sent) : sent).toString();
      for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) waiting.push(`assets/${name}`);
    }
    expect(sizes.size).toBeGreaterThan(2);
    expect([...sizes.values()].reduce((sum, size) => sum + size, 0) / 1024).toBeLessThan(300);
  });

  it('menus open by mouse and key, one at a time, and give the focus back', async () => {
    const { page, read, complaints } = await openStudio({ 'chat.workflow.json': chat });
    const menu = page.getByRole('menu');
    const files = page.getByRole('banner').getByRole('button', { name: 'chat' });
    await files.focus();
    await page.keyboard.press('Enter');
    await menu.getByRole('menuitem', { name: 'chat.workflow.json' }).waitFor();
    await expect.poll(async () => focused(page)).toContain('chat.workflow.json');
    expect(await files.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    await expect.poll(async () => focused(page)).toBe('chat');

    // The button that opened one closes it.
    await files.click();
    await menu.waitFor();
    await files.click();
    await menu.waitFor({ state: 'detached' });

    await node(page, 'ask').click({ button: 'right' });
    await menu.getByRole('menuitem', { name: 'Duplicate' }).waitFor();
    await node(page, 'reply').click({ button: 'right', position: { x: 100, y: 40 } });
    await expect.poll(async () => menu.count()).toBe(1);
    await menu.getByRole('menuitem', { name: 'Disable or enable' }).click();
    await expect.poll(async () => read('chat.workflow.json')).toMatch(/"id": "reply"[\s\S]*"disabled": true/);
    await expect
      .poll(async () => page.locator('[data-canvas]:focus').or(page.locator('[data-canvas] :focus')).count())
      .toBe(1);

    // A text that is being written keeps the browser's own menu.
    await page.keyboard.press('F2');
    await page
      .getByRole('textbox', { name: 'Name of reply' })
      .or(canvasOf(page).locator('input'))
      .first()
      .click({ button: 'right' });
    expect(await menu.count()).toBe(0);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Outline' }).hover();
    await page.getByRole('tooltip').getByText('Outline').waitFor();
    await page.mouse.move(700, 300);
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Nodes', exact: true }).focus();
    await page.keyboard.press('Tab');
    await page.getByRole('tooltip').waitFor();
    expect(complaints).toEqual([]);
  });
});

async function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent);
}
