import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { check, parse } from '../../../src/core/workflow/index.ts';
import { chromiumPath, openStudio } from './browser.ts';

/** Of the page. */
declare const document: {
  readonly body: { readonly innerText: string };
  querySelectorAll<Element>(selector: string): Iterable<Element>;
};

const name = 'shop.workflow.json';

/** Drawn, and not yet filled in. */
const drawn = `{
  "version": 1,
  "name": "shop",
  "nodes": [
    { "id": "ask", "type": "httpEndpoint", "position": { "x": 0, "y": 0 }, "config": { "path": "/" } },
    { "id": "answer", "type": "openaiCompletion", "position": { "x": 300, "y": 0 }, "config": {} },
    { "id": "reply", "type": "response", "position": { "x": 600, "y": 0 }, "config": { "output": "" } }
  ],
  "edges": [
    { "source": "ask", "target": "answer" },
    { "source": "answer", "target": "reply" },
    { "source": "answer", "sourceHandle": "stream", "target": "reply", "targetHandle": "stream" }
  ]
}
`;

/** With a text in all its places that turns what follows about. */
function hiding(hidden: string): string {
  return `{
  "version": 1,
  "name": "shop",
  "description": "D${hidden}",
  "nodes": [
    { "id": "ask", "type": "httpEndpoint", "position": { "x": 0, "y": 0 }, "config": { "path": "/p${hidden}", "inputSchema": { "type": "object", "properties": { "n${hidden}": { "type": "string", "description": "d${hidden}", "examples": ["e${hidden}"] } } } } },
    { "id": "sort", "type": "switch", "position": { "x": 300, "y": 0 }, "config": { "value": "{{ 'v${hidden}' }}", "cases": [{ "id": "c${hidden}", "equals": "q${hidden}" }] } },
    { "id": "call", "type": "pythonFunction", "label": "A${hidden}", "position": { "x": 600, "y": 0 }, "config": { "function": "f${hidden}", "file": "${hidden}.py", "args": { "a${hidden}": "v${hidden}" } } },
    { "id": "answer", "type": "openaiCompletion", "position": { "x": 900, "y": 0 }, "config": { "model": "m${hidden}", "stop": ["s${hidden}"], "prompt": "p${hidden}" } },
    { "id": "reply", "type": "response", "position": { "x": 1200, "y": 0 }, "config": { "output": { "k${hidden}": "o${hidden}" } } }
  ],
  "edges": [
    { "source": "ask", "target": "sort" },
    { "source": "sort", "sourceHandle": "c${hidden}", "target": "call" },
    { "source": "sort", "sourceHandle": "default", "target": "answer" },
    { "source": "call", "target": "reply" },
    { "source": "answer", "target": "reply" }
  ]
}
`;
}

interface File {
  readonly nodes: readonly { readonly config: Readonly<Record<string, unknown>> }[];
}

/** Asks again until what is read is as it should be: the page saves a little after each step. */
async function until<Value>(read: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; ; tries += 1) {
    const value = await read();
    if (isSo(value) || tries === 400) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function select(page: Page, id: string): Promise<Locator> {
  await page.locator(`.react-flow__node[data-id="${id}"]`).click({ position: { x: 60, y: 14 } });
  const panel = page.getByRole('complementary', { name: 'Properties' });
  await panel
    .getByRole('textbox', { name: 'ID' })
    .and(page.locator(`[value="${id}"]`))
    .waitFor();
  return panel;
}

describe.skipIf(chromiumPath === undefined)('forms, used by hand', () => {
  it('makes a chat of what was drawn, mends a mistake by one click, and undoes it all', async () => {
    const { page, read, complaints } = await openStudio({ [name]: drawn });
    const config = async (index: number): Promise<Readonly<Record<string, unknown>>> => {
      const file = JSON.parse(await read(name)) as File;
      return file.nodes[index]?.config ?? {};
    };

    // The table of a schema.
    let panel = await select(page, 'ask');
    await panel.getByRole('textbox', { name: 'Path' }).fill('/chat');
    await panel.getByRole('button', { name: 'Add field' }).click();
    await page.keyboard.type('message');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'More of message' }).click();
    await panel.getByRole('textbox', { name: 'Description of message' }).fill('What the customer asks');
    const schema = {
      type: 'object',
      properties: { message: { type: 'string', description: 'What the customer asks' } },
      required: ['message'],
    };
    expect(
      (
        await until(
          async () => config(0),
          ({ inputSchema }) => JSON.stringify(inputSchema)?.includes('asks') ?? false,
        )
      ).inputSchema,
    ).toEqual(schema);

    // Completion, from the schema that was just made.
    panel = await select(page, 'answer');
    const prompt = panel.locator('.cm-content[aria-label="Prompt"]');
    await prompt.click();
    await page.keyboard.type('A customer asks: {{');
    await page.getByRole('option', { name: /^input\.message/ }).waitFor();
    await page.keyboard.type('mess');
    await page.keyboard.press('Enter');
    expect(
      (
        await until(
          async () => config(1),
          ({ prompt: text }) => String(text).includes('message'),
        )
      ).prompt,
    ).toBe('A customer asks: {{ input.message }}');

    // Any model, found by typing.
    await panel.getByRole('button', { name: /^Model/ }).click();
    await page.keyboard.type('gpt-5.4-mini');
    await page.keyboard.press('Enter');
    expect(
      (
        await until(
          async () => config(1),
          ({ model }) => model !== undefined,
        )
      ).model,
    ).toBe('gpt-5.4-mini');

    // A mistake, its words, and the click that mends it.
    panel = await select(page, 'reply');
    const output = panel.locator('.cm-content[aria-label="Output"]');
    await output.click();
    await page.keyboard.type('{{ nodes.answer.output.contnt }}');
    await panel.getByText('Did you mean content?').waitFor();
    await panel.locator('.cm-lintRange-error').waitFor();
    await panel.getByRole('button', { name: 'Change it to content' }).click();
    await expect.poll(async () => output.textContent()).toContain('{{ nodes.answer.output.content }}');
    const whole = await until(
      async () => read(name),
      (text) => text.includes('output.content'),
    );
    const parsed = parse(whole);
    expect(parsed.ok && check(parsed.value, new Map()).diagnostics).toEqual([]);

    // Undoing all of it gives the first bytes back, and the fields say so.
    await page.locator('.react-flow__pane').click({ position: { x: 20, y: 60 } });
    for (let steps = 0; steps < 30 && (await read(name)) !== drawn; steps += 1) {
      await page.keyboard.press('Control+z');
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    expect(
      await until(
        async () => read(name),
        (text) => text === drawn,
      ),
    ).toBe(drawn);
    panel = await select(page, 'ask');
    expect(await panel.getByRole('textbox', { name: 'Path' }).inputValue()).toBe('/');
    expect(complaints).toEqual([]);
  }, 60_000);

  it('spells out in every field what would make a text read otherwise, and keeps it while one types', async () => {
    const hidden = '\u{202e}gnp.exe\u{202c}';
    const { page, read, complaints } = await openStudio({ [name]: hiding(hidden) });
    const shown = async (): Promise<string> =>
      page.evaluate(() => {
        const fields = [...document.querySelectorAll<{ value: string; placeholder: string }>('input, textarea')];
        return [document.body.innerText, ...fields.flatMap(({ value, placeholder }) => [value, placeholder])].join(
          '\n',
        );
      });
    for (const id of ['ask', 'sort', 'call', 'answer', 'reply']) {
      const panel = await select(page, id);
      const first = panel.locator('input, .cm-content').first();
      await first.waitFor();
      for (const more of await panel.getByRole('button', { name: /^More of / }).all()) await more.click();
      expect(await shown(), id).not.toContain(hidden[0]);
    }
    await page.getByRole('tab', { name: 'Request' }).click();
    await page.getByRole('region', { name: 'Request' }).getByText('⟨U+202E⟩').first().waitFor();
    expect(await shown()).not.toContain(hidden[0]);

    const panel = await select(page, 'call');
    const label = panel.getByRole('textbox', { name: 'Name' });
    await label.press('End');
    await label.press('!');
    await label.press('Enter');
    expect(
      await until(
        async () => read(name),
        (text) => text.includes('!'),
      ),
    ).toBe(hiding(hidden).replace(`"label": "A${hidden}"`, `"label": "A${hidden}!"`));
    expect(complaints).toEqual([]);
  });
});
