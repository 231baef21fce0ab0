import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DurableServiceOfTests } from '../durableService.ts';
import { seriousFindings } from './axe.ts';
import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

const name = 'approve-refund.workflow.json';
const example = readFileSync(new URL(`../../../examples/approve-refund/${name}`, import.meta.url), 'utf8');
const patient = { timeout: 30_000 };
let shotNumber = 0;
async function shot(page: Page, what: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder) await page.screenshot({ path: `${folder}/${String((shotNumber += 1)).padStart(2, '0')}-${what}.png` });
}

describe.skipIf(chromiumPath === undefined)('durable runs of a service in the history', () => {
  let service: DurableServiceOfTests;
  beforeAll(async () => {
    service = await DurableServiceOfTests.create();
  }, 60_000);
  afterAll(async () => service.remove());

  it('are found, followed, decided, cancelled and retried', { timeout: 180_000 }, async () => {
    const { page, complaints } = await openStudio({ [name]: example });
    // As narrow as is promised.
    await page.setViewportSize({ width: 1_024, height: 700 });
    const found: Record<string, readonly string[]> = {};
    const look = async (what: string): Promise<void> => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await shot(page, `${what}-${colorScheme}`);
        const findings = await seriousFindings(page);
        if (findings.length > 0) found[`${what}, ${colorScheme}`] = findings;
      }
      await page.emulateMedia({ colorScheme: 'light' });
    };
    await service.refund();
    await service.digest();

    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('A service', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill('no address');
    await page.getByRole('button', { name: 'Show its runs' }).click();
    await page.getByText('is no address of a service').waitFor();
    await look('empty');

    await page.getByRole('textbox', { name: 'Address' }).fill(service.url);
    await page.getByLabel('Token').fill('another-token');
    await page.getByRole('button', { name: 'Show its runs' }).click();
    await page.getByText("needs the service's token").first().waitFor(patient);
    await look('refused');

    await page.getByRole('button', { name: 'Give its token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Services' });
    await look('services');
    await dialog.getByLabel('Token', { exact: true }).last().fill(service.token);
    await dialog.getByRole('button', { name: 'Change the token' }).click();
    const runs = page.getByRole('grid', { name: 'Durable runs' });
    const first = runs.getByRole('row', { name: /approve-refund/ }).first();
    await first.waitFor(patient);
    await look('list');
    const listed = runs.getByRole('row', { name: /^Waiting .*approve-refund\s*waits for an approval/ }).first();
    await expect
      .poll(async () => {
        await page.getByRole('button', { name: 'Ask again' }).click();
        return listed.isVisible();
      }, patient)
      .toBe(true);

    await page.getByRole('combobox', { name: 'Of which workflow' }).selectOption('approve-refund');
    await page.getByRole('combobox', { name: 'How they stand' }).selectOption('failed');
    await page.getByText('No run is like that').waitFor(patient);
    await page.getByRole('button', { name: 'Show all' }).click();

    await first.click();
    const run = page.getByRole('region', { name: 'The run' });
    await run.getByText('waits for an approval').waitFor(patient);
    const steps = run.getByRole('table', { name: 'Steps of the run' });
    await steps.getByRole('row', { name: /^Done advice .*\$/ }).waitFor();
    await page.keyboard.press('F6');
    await page.keyboard.press('Shift+1');
    // The canvas shows it, and what is not told of it looks as ever.
    const lookOf = async (id: string): Promise<string | null> =>
      node(page, id).locator('[data-look]').first().getAttribute('data-look');
    await expect.poll(async () => lookOf('advice'), patient).toBe('done');
    expect([await lookOf('approve'), await lookOf('kept')]).toEqual(['running', 'none']);
    await look('waiting');

    await service.stop();
    await run.getByText('No service answers at').waitFor(patient);
    await look('away');
    await service.start();
    await run.getByText('No service answers at').waitFor({ ...patient, state: 'detached' });

    // What is asked for is told by the service, and the first decision counts.
    await run.getByRole('button', { name: 'Approve' }).click();
    await run.getByRole('alert').getByText('amount').waitFor(patient);
    await run.getByLabel('amount').fill('40');
    await run.getByRole('button', { name: 'Approve' }).click();
    await run.getByText('Done', { exact: true }).first().waitFor(patient);
    await run.getByText('Answer', { exact: true }).click();
    await run.getByText('refunded').waitFor(patient);
    await look('answer');
    await run.getByText('Events', { exact: true }).click();
    await run.getByRole('list', { name: 'Events of the run' }).getByText('waiting').first().waitFor(patient);
    await look('events');
    await run.getByRole('button', { name: 'Close the run' }).click();
    await expect.poll(async () => lookOf('advice')).toBe('none');

    const other = await service.refund();
    await page.getByRole('textbox', { name: 'Open a run by its id' }).fill(other);
    await page.keyboard.press('Enter');
    await run.getByRole('button', { name: 'Cancel' }).click();
    await run.getByRole('alert').getByText('The run was cancelled').waitFor(patient);
    await look('cancelled');
    await run.getByRole('button', { name: 'Retry' }).click();
    await run.getByText('waits for an approval').waitFor(patient);
    await run.getByRole('button', { name: 'Cancel' }).click();
    await run.getByText('Cancelled', { exact: true }).first().waitFor(patient);
    await run.getByRole('button', { name: 'Close the run' }).click();
    await runs.getByText('retry').first().waitFor(patient);

    await page.getByRole('textbox', { name: 'Open a run by its id' }).fill('no-such-run');
    await page.keyboard.press('Enter');
    await run.getByText('There is no run with this id').first().waitFor(patient);
    await run.getByRole('button', { name: 'Close the run' }).click();
    await page.getByRole('button', { name: 'Services and their tokens' }).click();
    await dialog.getByRole('button', { name: 'Forget' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('Look at the durable runs of a running service').waitFor(patient);
    expect(found).toEqual({});
    expect(complaints.filter((each) => !each.includes('/api/addService'))).toEqual([]);
  });
});
