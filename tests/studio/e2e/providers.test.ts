import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { check, parse } from '../../../src/core/workflow/index.ts';
import { seriousFindings } from './axe.ts';
import { chromiumPath, openStudio } from './browser.ts';
import { centre, drag, node } from './mouse.ts';

const name = 'chat.workflow.json';
const chat = readFileSync('examples/chat/chat.workflow.json', 'utf8').replace(
  '"maxTokens": 500',
  '"maxTokens": 500,\n        "verbosity": "low"',
);

interface File {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    readonly position: { readonly x: number; readonly y: number };
    readonly config: Readonly<Record<string, unknown>>;
  }[];
}

describe.skipIf(chromiumPath === undefined)('a node and its form', () => {
  it('asks another provider, which is chosen knowing what is lost, in one step; then any server', async () => {
    const { page, read, complaints } = await openStudio({ [name]: chat });
    const answer = async (): Promise<File['nodes'][number] | undefined> =>
      (JSON.parse(await read(name)) as File).nodes.find(({ id }) => id === 'answer');

    await node(page, 'answer').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Change provider …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the provider of answer' });
    await dialog.getByText('Claude', { exact: true }).click();
    await dialog.getByText('Claude has nothing like it').waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect((await answer())?.type).toBe('openaiCompletion');
    await dialog.getByRole('button', { name: 'Ask Claude' }).click();
    await expect.poll(async () => (await answer())?.type).toBe('anthropicCompletion');
    expect((await answer())?.config).toMatchObject({ prompt: '{{ input.message }}', maxTokens: 500 });
    expect((await answer())?.config).not.toHaveProperty('verbosity');
    await page.keyboard.press('Control+z');
    await expect.poll(async () => read(name)).toBe(chat);

    const panel = page.getByRole('complementary', { name: 'Properties' });
    await panel.getByRole('button', { name: 'Change provider …' }).click();
    await dialog.getByText('Ollama', { exact: true }).click();
    await dialog.getByText('Whether there is one of that name is not known here.').waitFor();
    await dialog.getByRole('button', { name: 'Ask Ollama' }).click();
    await panel.getByRole('button', { name: /^Provider: ollama/ }).click();
    await page.keyboard.type('mist');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await answer())?.config['provider']).toBe('mistral');
    await panel.getByText('https://api.mistral.ai/v1 · MISTRAL_API_KEY').waitFor();
    await panel.getByRole('button', { name: /^Model: / }).click();
    await page.getByText('Which models Mistral has is not known here').waitFor();
    await page.keyboard.type('mistral-large-latest');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await answer())?.config['model']).toBe('mistral-large-latest');
    const parsed = parse(await read(name));
    expect(parsed.ok && check(parsed.value, new Map(), name).diagnostics).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('falls in line when it is dragged, unless Alt is held; its fields are put elsewhere by key', async () => {
    const { page, read, complaints } = await openStudio({
      [name]: chat.replace('"x": 520, "y": 0', '"x": 520, "y": 203'),
    });
    const place = async (id: string): Promise<number | undefined> =>
      (JSON.parse(await read(name)) as File).nodes.find((each) => each.id === id)?.position.y;
    const guides = page.locator('.alignment-guides');
    const yOf = async (id: string): Promise<number> => (await centre(node(page, id))).y;
    const start = await centre(node(page, 'answer'));
    await page.mouse.move(start.x, start.y - 30);
    await page.mouse.down();
    await page.mouse.move(start.x, start.y + 100, { steps: 30 });
    // On until the upper edges are near to each other.
    for (let y = start.y + 130; (await guides.count()) === 0 && y < start.y + 200; y += 4)
      await page.mouse.move(start.x, y);
    expect(await guides.count()).toBe(1);
    await page.mouse.up();
    await guides.waitFor({ state: 'detached' });
    // Lower edges, middles or upper edges: none of them is on the grid.
    await expect.poll(async () => [179, 191, 203].includes((await place('answer')) ?? 0)).toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => place('answer')).toBe(0);
    await page.keyboard.down('Alt');
    await drag(page, node(page, 'answer'), { x: start.x, y: await yOf('reply') });
    await page.keyboard.up('Alt');
    await expect.poll(async () => (await place('answer')) ?? 0).toBeGreaterThan(100);
    expect(((await place('answer')) ?? 0) % 8).toBe(0);

    await node(page, 'ask').click();
    const panel = page.getByRole('complementary', { name: 'Properties' });
    await panel.getByRole('button', { name: 'Add field' }).click();
    await page.keyboard.type('language');
    await page.keyboard.press('Enter');
    const grip = panel.getByRole('button', { name: /^Move language/ });
    await grip.focus();
    await page.keyboard.press('ArrowUp');
    await expect
      .poll(async () => read(name))
      .toMatch(/"properties": \{\s*"language"[\s\S]*"message": \{\s*"type": "string",\s*"minLength"/);
    // The focus goes along, so that the key can be pressed again.
    await expect.poll(async () => grip.and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.press('ArrowDown');
    await expect.poll(async () => read(name)).toMatch(/"properties": \{\s*"message"/);
    expect(complaints).toEqual([]);
  });
});
