import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { centre, node } from './mouse.ts';

/** None of the nodes has a place in the file. */
const text = `${JSON.stringify(
  {
    version: 1,
    name: 'placed',
    nodes: [
      { id: 'begin', type: 'httpEndpoint', config: { path: '/placed' } },
      { id: 'ask', type: 'openaiCompletion', config: { model: 'gpt-5.4-mini', prompt: 'Hello' } },
      { id: 'reply', type: 'response', config: { output: '{{ nodes.ask.content }}' } },
    ],
    edges: [
      { source: 'begin', target: 'ask' },
      { source: 'ask', target: 'reply' },
    ],
  },
  null,
  2,
)}\n`;

describe.skipIf(chromiumPath === undefined)('what stays where it is', () => {
  it('keeps nodes apart, the page unscrolled, and what is being written', async () => {
    const { page, read, complaints } = await openStudio({ 'placed.workflow.json': text });
    const before = await centre(node(page, 'reply'));
    await node(page, 'ask').click();
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: 'Name of ask' }).fill('reply');
    await page.keyboard.press('Enter');
    await page.getByText('The id reply is taken by another node or note.').waitFor();
    // Drawn anew, as with any other change.
    await page.keyboard.press('d');
    await expect.poll(async () => read('placed.workflow.json')).toContain('"disabled": true');
    expect(await centre(node(page, 'reply'))).toEqual(before);

    await page.getByRole('button', { name: /^Add Log/ }).scrollIntoViewIfNeeded();
    expect(await page.evaluate('scrollTo(0, 500), [scrollY, document.documentElement.scrollHeight]')).toEqual([0, 900]);

    await canvasOf(page).focus();
    await page.keyboard.press('Shift+1');
    await node(page, 'ask').click();
    await node(page, 'reply').click({ modifiers: ['Shift'] });
    await expect.poll(async () => page.locator('.react-flow__node.selected').count()).toBe(2);
    await node(page, 'ask').click({ modifiers: ['Shift'] });
    await expect.poll(async () => page.locator('.react-flow__node.selected').count()).toBe(1);
    await page.keyboard.press('Escape');

    // A page that crashes says nothing any more: a note is on the disk while it is written.
    await canvasOf(page).focus();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Shift+s');
    const field = page.getByRole('textbox', { name: 'Text of the note' });
    await field.pressSequentially('half a');
    await expect.poll(async () => read('placed.workflow.json')).toContain('"half a"');
    await page.waitForTimeout(1_300);
    await field.pressSequentially(' thought');
    await expect.poll(async () => read('placed.workflow.json')).toContain('"half a thought"');
    // However long it took, it is one step; and given up, none.
    await page.keyboard.press('Escape');
    await expect.poll(async () => read('placed.workflow.json')).not.toContain('half a');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => read('placed.workflow.json')).toBe(text);
    expect(complaints).toEqual([]);
  });
});
