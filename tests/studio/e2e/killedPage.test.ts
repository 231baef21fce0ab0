import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { newWorkflowText } from '../../../src/core/workflow/edits/index.ts';
import { pick, randomNumbers } from '../../workflow/expressions/random.ts';
import { canvasOf, chromiumPath, openStudio } from './browser.ts';

/** How often the page or the server goes; as for the kills of a server alone, more can be asked for. */
const kills = Number(process.env['CATALYST_PAGE_KILLS'] ?? 4);
const seed = Number(process.env['CATALYST_KILLS_SEED'] ?? 3);
const name = 'drawn.workflow.json';

async function drawNote(page: Page, text: string): Promise<void> {
  await page.keyboard.press('F6');
  await page.keyboard.press('Shift+s');
  await page.getByRole('textbox', { name: 'Text of the note' }).fill(text);
  await page.keyboard.press('Control+Enter');
  await canvasOf(page).getByText(text, { exact: true }).first().waitFor();
}

describe.skipIf(chromiumPath === undefined)('page and server go at any moment', () => {
  it(
    'what was seen on the canvas is on the disk when a page is there again',
    async () => {
      const random = randomNumbers(seed);
      const { page: first, address, read, server } = await openStudio({ [name]: newWorkflowText('drawn') });
      const context = first.context();
      const drawn: string[] = [];
      const draw = async (page: Page): Promise<void> => {
        const text = `note number ${drawn.length + 1} of all`;
        await drawNote(page, text);
        drawn.push(text);
      };
      let [page, at] = [first, address];
      const leave = async (): Promise<void> => {
        await page.close();
        page = await context.newPage();
        await page.goto(at);
      };
      const ways = {
        'the page is closed': leave,
        'the page crashes': async () => {
          await page.goto('chrome://crash').catch(() => undefined);
          await leave();
        },
        'the page is reloaded': async () => {
          await page.reload();
        },
        'the server is killed': async () => {
          await server.end('SIGKILL');
          await draw(page);
          // What cannot be saved the browser keeps a moment later.
          const kept = (): Promise<string> => page.evaluate<string>('JSON.stringify(localStorage)');
          await expect.poll(kept).toContain(drawn.at(-1));
          at = await server.start();
          await leave();
        },
      };
      for (let kill = 1; kill <= kills; kill += 1) {
        await draw(page);
        await sleep(random() * 100);
        const [way, go] = pick(random, Object.entries(ways));
        await go();
        await canvasOf(page).waitFor();
        const where = `kill ${kill} of seed ${seed}: ${way}`;
        for (const text of drawn)
          await expect.poll(async () => read(name), { timeout: 20_000, message: where }).toContain(text);
      }
    },
    60_000 + 30_000 * kills,
  );
});
