import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { pageAt } from '../commandPage.ts';
import { seriousFindings } from './axe.ts';
import { chromiumPath, openStudio } from './browser.ts';
import { node } from './mouse.ts';

function exampleOf(name: string): string {
  return readFileSync(new URL(`../../../examples/${name}/${name}.workflow.json`, import.meta.url), 'utf8');
}

const example = exampleOf('second-opinion');

async function view(page: Page, name: string): Promise<void> {
  const tab = page.getByRole('tab', { name, exact: true }).first();
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
}

/** Until nothing runs any more. */
async function untilDone(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).waitFor();
}

describe.skipIf(chromiumPath === undefined)('runs on the page', () => {
  it('a chat is answered token by token, is stopped by Escape, and asked again', async () => {
    const { page, address, complaints } = await openStudio({ 'second-opinion.workflow.json': example });
    // So that it is still on its way when it is looked at, however busy the machine is.
    await pageAt(address).ask('setSimulator', { firstTokenMs: 150, tokensPerSecond: 5 });
    await view(page, 'Chat');
    const composer = page.getByRole('textbox', { name: /^Message/ });
    await composer.fill('Should we move?');
    await composer.press('Enter');
    const conversation = page.getByRole('group', { name: 'The conversation' });
    await conversation.getByText('You asked').first().waitFor();
    // There are words, and the run still goes on.
    expect(await page.getByRole('banner').getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
    await composer.press('Escape');
    await conversation.getByText('Stopped.').waitFor({ timeout: 2_000 });
    await pageAt(address).ask('setSimulator', { firstTokenMs: 150, tokensPerSecond: 40 });
    await page.getByRole('button', { name: 'Again', exact: true }).click();
    await untilDone(page);
    expect(await conversation.getByText(/first token .* tokens\/s · \$/).textContent()).toMatch(/tokens · \d+ tokens/);
    expect(await conversation.getByText('Should we move?', { exact: true }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('a run is seen over time, pinned, replayed, listed, and made a test of', async () => {
    const studio = await openStudio({ 'second-opinion.workflow.json': example });
    const { page, complaints } = studio;
    await view(page, 'Run');
    await page.keyboard.press('Control+Enter');
    const timeline = page.getByRole('table', { name: 'Nodes of the run over time' });
    await timeline.getByRole('button', { name: 'pros' }).waitFor();
    await untilDone(page);
    await expect.poll(() => timeline.getByRole('row').count()).toBe(7);
    expect(await seriousFindings(page)).toEqual([]);

    await timeline.getByRole('button', { name: 'pros' }).click();
    await page.getByRole('button', { name: 'Pin: later runs take this value' }).click();
    await page.keyboard.press('Control+Enter');
    await timeline.getByText('pinned').waitFor();
    await untilDone(page);
    await page.getByRole('button', { name: 'Pins 1' }).click();
    await page.getByRole('button', { name: 'Unpin pros' }).click();
    await page.getByText('Nothing is pinned').waitFor();

    await view(page, 'History');
    const runs = page.getByRole('grid', { name: 'Runs' }).getByRole('row');
    await expect.poll(() => runs.count()).toBe(3);
    await runs.nth(1).click();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await runs.getByText('Replayed').waitFor();
    await untilDone(page);
    expect(await seriousFindings(page)).toEqual([]);

    // The replay, and what it is of: what they took differs, and nothing that was said.
    await runs.nth(1).click();
    await runs.nth(2).click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Compare' }).click();
    const compared = page.getByRole('dialog', { name: 'Two runs compared' });
    await compared.getByRole('button', { name: 'cons' }).click();
    await compared.getByText('Only ids, times and figures differ').waitFor();
    expect(await compared.getByText('differs', { exact: true }).count()).toBe(0);
    await page.keyboard.press('Escape');

    await runs.nth(2).click();
    await page.getByRole('button', { name: 'Make a test' }).click();
    const named = page.getByRole('dialog').getByRole('textbox');
    expect(await named.inputValue()).toMatch(/^answers \w/);
    await page.keyboard.type('weighs free returns');
    await page.keyboard.press('Enter');
    await page.getByText('The test is made').waitFor();
    const path = await page.getByRole('dialog').locator('code').textContent();
    expect(JSON.parse(await studio.read(path ?? ''))).toBeTypeOf('object');
    expect(complaints).toEqual([]);
  });

  it('a conversation goes over one WebSocket, and a served model speaks on its node', async () => {
    const files = {
      'live-chat.workflow.json': exampleOf('live-chat'),
      'house-model.workflow.json': exampleOf('house-model'),
    };
    const { page, address, complaints } = await openStudio(files);
    await view(page, 'Chat');
    const composer = page.getByRole('textbox', { name: /^Message/ });
    for (const text of ['Who are you?', 'And now?']) {
      await composer.fill(text);
      await composer.press('Enter');
      await page
        .getByText('You asked')
        .nth(text === 'And now?' ? 1 : 0)
        .waitFor();
      await untilDone(page);
    }
    await view(page, 'Request');
    await page.getByText('Runs go over one WebSocket, which remembers').waitFor();
    const events = page.getByRole('list', { name: 'Events of the stream' });
    await events.hover();
    await page.mouse.wheel(0, -10_000);
    await events.getByText('"input":{"message":"And now?"}').click();
    expect(await seriousFindings(page)).toEqual([]);
    // The model was told what only the connection knows.
    await view(page, 'Run');
    const timeline = page.getByRole('table', { name: 'Nodes of the run over time' });
    await timeline.getByRole('button', { name: 'talk' }).click();
    await page.getByRole('tab', { name: 'Output' }).press('ArrowRight');
    await page.getByRole('tab', { name: 'Input', selected: true }).press('Home');
    await page.getByRole('tabpanel', { name: 'Output' }).getByText('[2 items]').waitFor();
    // The views below are shown with Enter: they are loaded then.
    await page.getByRole('tab', { name: 'Run', exact: true }).press('ArrowLeft');
    await page.getByRole('tab', { name: 'Run', exact: true, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'New connection' }).click();
    await page.getByText('The next run opens a WebSocket.').waitFor();

    await pageAt(address).ask('setSimulator', { firstTokenMs: 150, tokensPerSecond: 5 });
    await page.getByRole('banner').getByRole('button', { name: 'live-chat' }).click();
    await page.getByRole('menu').getByText('house-model.workflow.json').click();
    await page.getByRole('combobox', { name: 'Asked as' }).selectOption('openai');
    await page.getByRole('button', { name: 'Send' }).click();
    await node(page, 'answer').getByText('You asked').waitFor();
    expect(await page.getByRole('banner').getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
    await page.getByRole('banner').getByRole('button', { name: 'Stop' }).click();
    await untilDone(page);
    expect(complaints).toEqual([]);
  });

  it('a fault of the providers is seen as callers would see it, with what to do', async () => {
    const { page, complaints } = await openStudio({ 'second-opinion.workflow.json': example });
    await page.getByRole('button', { name: 'Simulated providers answer' }).click();
    await page.getByRole('button', { name: /^Fault/ }).click();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.type('insufficient');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /^Fault.*Insufficient quota/ }).waitFor();
    await page.keyboard.press('Escape');
    await view(page, 'Request');
    await page.getByRole('button', { name: 'Send' }).click();
    const alert = page.getByRole('alert').first();
    await alert.getByText('quota_exceeded').waitFor();
    await page.getByRole('button', { name: /with the fault insufficient_quota/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
