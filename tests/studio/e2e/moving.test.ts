import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { centre } from './mouse.ts';

const chat = readFileSync(
  new URL('../../../examples/support-chat/support-chat.workflow.json', import.meta.url),
  'utf8',
);

describe.skipIf(chromiumPath === undefined)('what moves the canvas', () => {
  it.each(['Delete', 'Control+z'])('ends with a drag of what has gone away by %s meanwhile', async (key) => {
    const { page } = await openStudio({ 'chat.workflow.json': chat });
    await canvasOf(page).focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+d');
    await expect.poll(async () => page.locator('.react-flow__node').count()).toBe(2 * nodes);
    const copy = page.locator('.react-flow__node.selected').last();
    const [from, frame] = [await centre(copy), await canvasOf(page).boundingBox()];
    if (frame === null) throw new Error('There is no canvas');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width - 12, frame.y + 200, { steps: 8 });
    const before = await viewOf(page);
    await expect.poll(async () => viewOf(page)).not.toBe(before);
    await page.keyboard.press(key);
    await page.mouse.move(frame.x + frame.width - 14, frame.y + 210, { steps: 2 });
    await page.mouse.up();
    await page.keyboard.press('Shift+1');
    await expect.poll(async () => page.locator('.react-flow__node').count()).toBe(nodes);
    // What is back is where the file has it, and not where it was dragged to.
    await page.keyboard.press(key === 'Delete' ? 'Control+z' : 'Control+Shift+z');
    await expect.poll(async () => page.locator('.react-flow__node').count()).toBe(2 * nodes);
    expect(await page.locator('.react-flow__node.dragging').count()).toBe(0);
  });

  it('comes to its end though the canvas gets another size on the way', async () => {
    const { page } = await openStudio({ 'chat.workflow.json': chat });
    await canvasOf(page).focus();
    for (let count = 0; count < 8; count += 1) await page.keyboard.press('+');
    await page.evaluate(fitAndOpenCode);
    await page.getByRole('tabpanel', { name: 'Code' }).waitFor();
    await expect.poll(async () => inSight(page)).toBe(nodes);
  });
});

/** In one moment, in the page. */
const fitAndOpenCode = `
  document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: '1', code: 'Digit1', bubbles: true }));
  const isCode = ({ textContent }) => textContent === 'Code';
  const code = [...document.querySelectorAll('[role="tab"]')].find(isCode);
  code.click();
`;

const { nodes: all } = JSON.parse(chat) as { readonly nodes: readonly unknown[] };
const nodes = all.length;

async function viewOf(page: Page): Promise<string | null> {
  return page.locator('.react-flow__viewport').getAttribute('style');
}

/** How many nodes are wholly on the canvas as it is seen. */
async function inSight(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const frame = document.querySelector('[data-canvas="flow"]').getBoundingClientRect();
    const boxes = [...document.querySelectorAll('.react-flow__node')].map((node) => node.getBoundingClientRect());
    const isSeen = ({ left, top, right, bottom }) =>
      left >= frame.left && top >= frame.top && right <= frame.right && bottom <= frame.bottom;
    return boxes.filter(isSeen).length;
  })()`);
}
