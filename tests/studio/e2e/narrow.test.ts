import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

function workflow(name: string, between: object, edges: readonly object[]): string {
  const nodes = [
    {
      id: 'ask',
      type: 'httpEndpoint',
      position: { x: 0, y: 0 },
      config: {
        path: `/${name}`,
        inputSchema: { type: 'object', required: ['text'], properties: { text: { type: 'string', examples: ['Hi'] } } },
      },
    },
    { position: { x: 280, y: 0 }, ...between },
    { id: 'reply', type: 'response', position: { x: 560, y: 0 }, config: { output: '{{ input.text }}' } },
  ];
  return JSON.stringify({ version: 1, name, nodes, edges }, null, 2);
}

const files = {
  'shop.workflow.json': workflow(
    'shop',
    {
      id: 'word',
      type: 'subWorkflow',
      config: { file: 'wording.workflow.json', args: { text: '{{ input.text }}' } },
    },
    [
      { source: 'ask', target: 'word' },
      { source: 'word', target: 'reply' },
    ],
  ),
  'wording.workflow.json': workflow(
    'wording',
    { id: 'write', type: 'openaiCompletion', config: { model: 'gpt-5.4-mini', prompt: '{{ input.text }}' } },
    [
      { source: 'ask', target: 'write' },
      { source: 'write', target: 'reply' },
    ],
  ),
};

/** Whether all of an element's width is in what is seen of the panel below the canvas. */
async function isWholeIn(panel: Locator, element: Locator): Promise<boolean> {
  const [outer, inner] = [await panel.boundingBox(), await element.boundingBox()];
  return outer !== null && inner !== null && inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width;
}

describe.skipIf(chromiumPath === undefined)('at 1,024 pixels', () => {
  it('the views below the canvas have room for what they show', async () => {
    const { page, complaints } = await openStudio(files);
    await page.setViewportSize({ width: 1024, height: 768 });
    const panel = page.getByRole('tabpanel');
    const tab = (name: string): Locator => page.getByRole('tab', { name });

    // What is called costs, and leads to the node that calls it.
    await tab('Cost').click();
    await page.getByText('Runs of this workflow').waitFor();
    expect(await isWholeIn(panel, page.getByRole('table'))).toBe(true);
    expect(await isWholeIn(panel, page.getByText('Runs that are kept').locator('..'))).toBe(true);
    expect(await isWholeIn(page.getByRole('tablist').last(), tab('Cost'))).toBe(true);
    await page.getByRole('button', { name: 'word.write' }).click();
    await expect.poll(async () => node(page, 'word').getAttribute('class')).toContain('selected');
    expect(await page.getByRole('table').locator('code').first().textContent()).toBe('input.text');

    // The form of a request is seen, and then its answer.
    await tab('Request').click();
    const field = page.getByRole('region', { name: 'Request' }).getByRole('textbox', { name: 'text' });
    await field.waitFor();
    const box = await field.boundingBox();
    expect((box?.y ?? 768) + (box?.height ?? 0)).toBeLessThanOrEqual(768);
    await page.getByRole('button', { name: 'Send' }).click();
    const response = page.getByRole('region', { name: 'Response' });
    const status = response.getByText('200', { exact: true });
    await status.waitFor();
    const place = await status.boundingBox();
    expect((place?.y ?? 768) + (place?.height ?? 0)).toBeLessThanOrEqual(768);
    expect(complaints).toEqual([]);
  }, 120_000);
});
