import { describe, expect, it } from 'vitest';

import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const inputSchema = {
  type: 'object',
  required: ['message'],
  properties: { message: { type: 'string', examples: ['Tell me all of it, and slowly.'] } },
};

function workflow(name: string, type: string, config: object, output: string): string {
  return JSON.stringify({
    version: 1,
    name,
    nodes: [
      { id: 'ask', type: 'httpEndpoint', position: { x: 0, y: 0 }, config: { path: `/${name}`, inputSchema } },
      { id: 'work', type, position: { x: 300, y: 0 }, config },
      { id: 'reply', type: 'response', position: { x: 600, y: 0 }, config: { output } },
    ],
    edges: [
      { source: 'ask', target: 'work' },
      { source: 'work', target: 'reply' },
    ],
  });
}

const files = {
  'outer.workflow.json': workflow(
    'outer',
    'subWorkflow',
    { file: 'inner.workflow.json', args: { message: '{{ input.message }}' } },
    '{{ nodes.work.output }}',
  ),
  'inner.workflow.json': workflow(
    'inner',
    'openaiCompletion',
    { model: 'gpt-5.4-mini', prompt: '{{ input.message }}' },
    '{{ nodes.work.output.content }}',
  ),
};

describe.skipIf(chromiumPath === undefined)('a run that calls a workflow', () => {
  it('says on the calling node which step runs, and shows it on the canvas of the called file', async () => {
    const { page, complaints } = await openStudio(files);
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+Enter');
    await node(page, 'work').getByText('in work').waitFor();
    await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).waitFor();

    await page.getByRole('tab', { name: 'Run', exact: true }).first().click();
    const inner = page.getByRole('table', { name: 'Nodes of the run over time' }).locator('button[title="work/work"]');
    await inner.click();
    await page.getByRole('tab', { name: 'Input' }).click();
    await page.getByRole('tabpanel').getByText('Tell me all of it').first().waitFor();
    await page.getByRole('tab', { name: 'Output' }).click();
    await page.getByRole('button', { name: 'Pin: later runs take this value' }).click();

    await page.getByRole('banner').getByRole('button', { name: 'outer' }).click();
    await page.getByRole('menu').getByText('inner.workflow.json').click();
    await canvasOf(page).getByText('gpt-5.4-mini').first().waitFor();
    await node(page, 'work')
      .getByText(/tokens/)
      .waitFor();
    expect(complaints).toEqual([]);
  });
});
