import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { newWorkflowText } from '../../../src/core/workflow/edits/index.ts';
import { check, parse } from '../../../src/core/workflow/index.ts';
import { pageAt } from '../commandPage.ts';
import { canvasOf, chromiumPath, openStudio } from './browser.ts';
import { drag, handle, node } from './mouse.ts';

/** Of the page. */
declare const document: {
  readonly activeElement: { getAttribute(name: string): string | null; readonly textContent: string | null } | null;
};

const run = promisify(execFile);
const python = process.env['CATALYST_TEST_PYTHON'] ?? 'python3';
const name = 'chat.workflow.json';
const whole = { timeout: 240_000 };

function properties(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Properties' });
}

async function select(page: Page, id: string): Promise<void> {
  await node(page, id).click({ position: { x: 60, y: 14 } });
  await properties(page)
    .getByRole('textbox', { name: 'ID' })
    .and(page.locator(`[value="${id}"]`))
    .waitFor();
}

async function write(page: Page, field: string, text: string): Promise<void> {
  await properties(page).locator(`.cm-content[aria-label="${field}"]`).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

async function view(page: Page, title: string): Promise<void> {
  const tab = page.getByRole('tab', { name: title }).first();
  if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
}

function runButton(page: Page): Locator {
  return page.getByRole('banner').getByRole('button', { name: 'Run', exact: true });
}

async function isSound(text: string): Promise<boolean> {
  const parsed = parse(text);
  return parsed.ok && check(parsed.value, new Map()).diagnostics.length === 0;
}

describe.skipIf(chromiumPath === undefined)('from an empty folder to a service of one’s own', () => {
  it('by mouse and keyboard', whole, async () => {
    const { page, address, read, folder, complaints } = await openStudio({});
    const saved = async (): Promise<string> => read(name);

    // Nothing is there yet; the smallest workflow is made, and emptied.
    await page.getByRole('heading', { level: 1, name: 'Draw your first workflow' }).waitFor();
    await page.getByRole('button', { name: 'New workflow' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('chat');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await canvasOf(page).waitFor();
    const first = newWorkflowText('chat');
    expect(await saved()).toBe(first);
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await page.getByText('Nothing is drawn yet').waitFor();

    // Drawn by hand.
    const palette = (title: string): Locator =>
      page.getByRole('complementary', { name: 'Nodes' }).getByRole('button', { name: new RegExp(`^Add ${title} `) });
    await drag(page, palette('HTTP Endpoint'), { x: 420, y: 250 });
    await node(page, 'request').waitFor();
    await drag(page, palette('OpenAI'), { x: 650, y: 250 });
    await node(page, 'answer').waitFor();
    await palette('Response').scrollIntoViewIfNeeded();
    await drag(page, palette('Response'), { x: 900, y: 250 });
    await node(page, 'reply').waitFor();
    await drag(page, handle(page, 'request', 'output', 'source'), handle(page, 'answer', 'input', 'target'));
    await drag(page, handle(page, 'answer', 'output', 'source'), handle(page, 'reply', 'input', 'target'));
    await drag(page, handle(page, 'answer', 'stream', 'source'), handle(page, 'reply', 'stream', 'target'));
    await expect.poll(async () => page.locator('.react-flow__edge').count()).toBe(3);

    // Filled in.
    await select(page, 'request');
    await properties(page).getByRole('textbox', { name: 'Path' }).fill('/chat');
    await select(page, 'answer');
    await write(page, 'Prompt', 'Answer at some length: {{ input.message }}');
    await select(page, 'reply');
    await write(page, 'Output', '{{ nodes.answer.output.content }}');
    await expect.poll(saved).toContain('{{ nodes.answer.output.content }}');
    expect(await isSound(await saved())).toBe(true);
    const drawn = await saved();

    // Run: tokens are seen on the node while the run goes on; then again, and stopped.
    // Slowly, so that it is on its way when it is looked at, however busy the machine is.
    await pageAt(address).ask('setSimulator', { firstTokenMs: 150, tokensPerSecond: 10 });
    await view(page, 'Chat');
    const composer = page.getByRole('textbox', { name: /^Message/ });
    await composer.fill('Why is the sky blue?');
    await composer.press('Enter');
    await node(page, 'answer').locator('.run-line').waitFor();
    expect(await page.getByRole('banner').getByRole('button', { name: 'Stop' }).isVisible()).toBe(true);
    await runButton(page).waitFor();
    await node(page, 'answer').locator('[data-state="done"]').waitFor();
    await composer.fill('And the grass green?');
    await composer.press('Enter');
    await node(page, 'answer').locator('.run-line').waitFor();
    await composer.press('Escape');
    await node(page, 'answer').locator('[data-state="cancelled"]').waitFor({ timeout: 5_000 });
    await runButton(page).waitFor();
    await pageAt(address).ask('setSimulator', { firstTokenMs: 150, tokensPerSecond: 40 });

    // Broken, and mended by one click at the node.
    await select(page, 'reply');
    await write(page, 'Output', '{{ nodes.answer.output.contnt }}');
    await page.keyboard.press('F6');
    await node(page, 'reply').getByRole('button', { name: '1 finding at reply' }).click();
    await page
      .getByRole('button', { name: /^Change it to/ })
      .last()
      .click();
    await node(page, 'reply')
      .getByRole('button', { name: /finding/ })
      .waitFor({ state: 'detached' });
    await expect.poll(saved).toBe(drawn);

    // All of it undone, and done again.
    await page.keyboard.press('F6');
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    for (let steps = 0; steps < 60 && (await undo.isEnabled()); steps += 1) await page.keyboard.press('Control+z');
    await expect.poll(saved).toBe(first);
    const redo = page.getByRole('button', { name: 'Redo', exact: true });
    for (let steps = 0; steps < 60 && (await redo.isEnabled()); steps += 1)
      await page.keyboard.press('Control+Shift+z');
    await expect.poll(saved).toBe(drawn);

    // A whole run, its answer pinned: the next run takes it as it is, and says so.
    await view(page, 'Run');
    await page.keyboard.press('F6');
    await page.keyboard.press('Control+Enter');
    await page.getByRole('banner').getByRole('button', { name: 'Stop' }).waitFor();
    await runButton(page).waitFor();
    await select(page, 'answer');
    await page.keyboard.press('p');
    await node(page, 'answer').getByLabel('pinned').waitFor();
    await page.keyboard.press('Control+Enter');
    const timeline = page.getByRole('table', { name: 'Nodes of the run over time' });
    await timeline.getByText('pinned').waitFor();
    await runButton(page).waitFor();
    await page.keyboard.press('p');
    await node(page, 'answer').getByLabel('pinned').waitFor({ state: 'detached' });

    // A recorded run is replayed, and made a test of.
    await view(page, 'History');
    const runs = page.getByRole('grid', { name: 'Runs' }).getByRole('row');
    await expect.poll(async () => runs.count()).toBe(5);
    await runs.nth(4).click();
    await page.getByRole('button', { name: 'Replay', exact: true }).click();
    await runs.getByText('Replayed').waitFor();
    await runButton(page).waitFor();
    await runs.nth(5).click();
    await page.getByRole('button', { name: 'Make a test' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('says why the sky is blue');
    await page.keyboard.press('Enter');
    await page.getByText('The test is made').waitFor();
    await page.getByRole('button', { name: 'Show the tests' }).click();
    await page.getByRole('button', { name: 'Run the tests' }).click();
    const tests = page.getByRole('tabpanel').getByRole('status');
    await expect.poll(async () => tests.textContent(), { timeout: 150_000 }).toMatch(/^\d+ passed[\d.]+ m?s$/);

    // Exported: a project that tests itself, the recorded run too.
    await page.getByRole('banner').getByRole('button', { name: 'Export' }).click();
    await page.getByRole('button', { name: 'Write the folder' }).click();
    await page.getByText(/chat-service: \d+ files written/).waitFor();
    const { stdout } = await run(python, ['-m', 'pytest', '-v', '-p', 'no:cacheprovider'], {
      cwd: join(folder, 'chat-service'),
    });
    expect(stdout).toMatch(/test_recorded_runs.*says-why-the-sky-is-blue.* PASSED/);
    expect(stdout).toMatch(/\d+ passed/);
    expect(stdout).not.toMatch(/ FAILED | ERROR /);
    expect(complaints).toEqual([]);
  });

  it('by keyboard alone', whole, async () => {
    const { page, read, complaints } = await openStudio({});
    const { keyboard } = page;
    const saved = async (): Promise<string> => read(name);
    const focused = async (): Promise<string> =>
      page.evaluate(() => {
        const focus = document.activeElement;
        return focus?.getAttribute('aria-label') ?? focus?.textContent ?? '';
      });

    await page.getByRole('button', { name: 'New workflow' }).waitFor();
    await tabTo('New workflow');
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New workflow' }).waitFor();
    await keyboard.type('chat');
    await keyboard.press('Enter');
    await canvasOf(page).waitFor();
    await keyboard.press('F6');
    await keyboard.press('Control+a');
    await keyboard.press('Delete');
    await page.getByText('Nothing is drawn yet').waitFor();

    for (const [key, type, id] of [
      ['n', 'http', 'request'],
      ['Tab', 'openai', 'answer'],
      ['n', 'response', 'reply'],
    ] as const) {
      await keyboard.press(key);
      await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
      await keyboard.type(type);
      await keyboard.press('Enter');
      await node(page, id).waitFor();
    }
    // Each came behind the one before, connected; the stream is drawn beside.
    await keyboard.press('ArrowLeft');
    await keyboard.press('e');
    await page.getByRole('dialog', { name: /^Connect/ }).waitFor();
    await keyboard.type('stream');
    await keyboard.press('Enter');
    await keyboard.type('reply');
    await keyboard.press('Enter');
    await expect.poll(async () => page.locator('.react-flow__edge').count()).toBe(3);

    // Another name, which the expressions follow.
    await keyboard.press('F2');
    await page.getByRole('textbox', { name: 'Name of answer' }).waitFor();
    await keyboard.type('sage');
    await keyboard.press('Enter');
    await expect.poll(saved).toContain('"sage"');

    // The form, by Enter and Tab.
    await keyboard.press('Enter');
    await expect.poll(async () => page.locator('aside[aria-label="Properties"] :focus').count()).toBe(1);
    await tabTo('Prompt');
    await keyboard.press('Control+a');
    await keyboard.insertText('Be kind: {{ input.message }}');
    await keyboard.press('F6');
    await keyboard.press('ArrowRight');
    await keyboard.press('Enter');
    await expect.poll(async () => page.locator('aside[aria-label="Properties"] :focus').count()).toBe(1);
    await tabTo('Output');
    await keyboard.press('Control+a');
    await keyboard.insertText('{{ nodes.sage.output.content }}');
    await keyboard.press('F6');
    await expect.poll(saved).toContain('{{ nodes.sage.output.content }}');
    expect(await isSound(await saved())).toBe(true);

    await keyboard.press('Control+Enter');
    await node(page, 'sage').locator('.run-line').waitFor();
    await node(page, 'reply').locator('[data-state="done"]').waitFor();
    expect(complaints).toEqual([]);

    /** Tab until something of this name has the focus. */
    async function tabTo(label: string): Promise<void> {
      for (let presses = 0; presses < 80; presses += 1) {
        if ((await focused()) === label) return;
        await keyboard.press('Tab');
      }
      throw new Error(`Tab does not come to ${label}`);
    }
  });
});
