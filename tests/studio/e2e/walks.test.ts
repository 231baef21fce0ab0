import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';

import { newWorkflowText, readDrawing } from '../../../src/core/workflow/edits/index.ts';
import { pick, randomNumbers } from '../../workflow/expressions/random.ts';
import { chromiumPath, openStudio } from './browser.ts';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of hand.js, in the page. */
declare const hand: {
  press(combinations: readonly string[]): Promise<void>;
  focused(): { readonly outerHTML: string };
  type(text: string): void;
  clipboard(type: string, text: string | undefined): void;
  boxes(selector: string): readonly Box[];
  drawn(): { readonly ids: readonly string[]; readonly edges: number };
  canUndo(): boolean;
};

const chat = readFileSync(
  new URL('../../../examples/support-chat/support-chat.workflow.json', import.meta.url),
  'utf8',
);
/** The smallest, one as people write it, and one that was written elsewhere: tabs, CR LF and a byte order mark. */
const files: Readonly<Record<string, string>> = {
  'small.workflow.json': newWorkflowText('small'),
  'chat.workflow.json': chat.replace('"support-chat"', '"chat"'),
  'elsewhere.workflow.json': `\uFEFF${JSON.stringify(JSON.parse(newWorkflowText('elsewhere')), null, '\t').replaceAll('\n', '\r\n')}`,
};
const inPage = readFileSync(new URL('hand.js', import.meta.url), 'utf8');
const [walksEach, gesturesEach] = [34, 15];

const words = ['model', '{{ input.message }}', '{{ nodes.', '"quoted"', 'ünïcode 🙂', '</script>', '7', '-1.5', 'a_b'];
const clipboards = [
  'not JSON at all',
  '{"catalyst": 1, "nodes": [], "edges": []}',
  chat,
  newWorkflowText('pasted'),
  JSON.stringify({ id: 'model', type: 'openaiCompletion', config: { prompt: 'Hi {{ nodes.model.output }}' } }),
  JSON.stringify({ id: '__proto__', type: 'constructor', config: { toString: null } }),
];

describe.skipIf(chromiumPath === undefined)('random walks over the canvas', () => {
  it.each(Object.keys(files))(
    'undo of everything gives the first bytes back: %s',
    async (name) => {
      const first = files[name] ?? '';
      const { page, complaints, read } = await openStudio({ [name]: first });
      // Less to draw with each frame.
      await page.setViewportSize({ width: 1_024, height: 640 });
      await page.evaluate(inPage);
      const commands = [...(await commandsOf(page, 'add')), ...(await commandsOf(page, 'edit'))];
      expect(commands).toEqual(expect.arrayContaining(['Add a node', 'Tidy up', 'Paste', 'Undo']));
      for (let walk = 0; walk < walksEach; walk += 1) {
        const seed = 1_000 * Object.keys(files).indexOf(name) + walk;
        const random = randomNumbers(seed);
        const done: string[] = [];
        try {
          for (let step = 0; step < gesturesEach; step += 1) done.push(await gesture(page, random, commands));
          await leaveAll(page);
          await expect.poll(async () => page.locator('header [role="status"]').first().textContent()).toBe('Saved');
          await expectDrawn(page, async () => read(name));
          await undoAll(page);
          await expect.poll(async () => read(name)).toBe(first);
          // A run of what has errors is refused, and the browser notes that.
          expect(complaints.filter((text) => !/status of 422 .*\/api\/startRun$/.test(text))).toEqual([]);
        } catch (error) {
          throw new Error(`Walk ${seed}: ${done.join(', ')}`, { cause: error });
        }
      }
    },
    180_000,
  );
});

/** The file parses, and comes to have the nodes, notes and wires that the canvas shows: a gesture may still be on its way to either. */
async function expectDrawn(page: Page, read: () => Promise<string>): Promise<void> {
  // What is out of sight is not drawn.
  await press(page, 'Shift+1');
  const isDrawn = async (): Promise<void> => {
    const text = await read();
    JSON.parse(text.replace(/^\uFEFF/, ''));
    const { nodes = [], notes = [], edges = [] } = readDrawing(text) ?? {};
    const ids = [...nodes, ...notes].map(({ id }) => id);
    const drawn = await page.evaluate(() => hand.drawn());
    expect({ ...drawn, ids: drawn.ids.toSorted() }).toEqual({ ids: ids.toSorted(), edges: edges.length });
  };
  await vi.waitFor(isDrawn, { timeout: 20_000, interval: 50 });
}

/** Titles of the commands of a group, as the palette lists them. */
async function commandsOf(page: Page, group: string): Promise<readonly string[]> {
  await page.keyboard.press('Control+k');
  const typed = page.getByRole('combobox', { name: 'Find and do' });
  await typed.fill(`>${group}`);
  const entries = page.locator('[cmdk-item] span.grow');
  await entries.first().waitFor();
  // Behind a title there may be why it cannot be done now.
  const titles = await entries.evaluateAll((items) =>
    (items as readonly { readonly firstChild?: { readonly textContent: string | null } | null }[]).map(
      ({ firstChild }) => firstChild?.textContent ?? '',
    ),
  );
  await page.keyboard.press('Escape');
  await typed.waitFor({ state: 'detached' });
  return titles;
}

async function press(page: Page, ...keys: readonly string[]): Promise<string> {
  await page.evaluate(async (pressed) => hand.press(pressed), keys);
  return keys.join(' ');
}

async function insert(page: Page, text: string): Promise<string> {
  await page.evaluate((typed) => hand.type(typed), text);
  return text;
}

async function clipboard(page: Page, type: 'copy' | 'cut' | 'paste', text?: string): Promise<string> {
  await page.evaluate(([event, given]) => hand.clipboard(event, given), [type, text] as const);
  return `${type} ${text?.slice(0, 20) ?? ''}`;
}

/** One thing that a person may do; gives what it was. */
async function gesture(page: Page, random: () => number, commands: readonly string[]): Promise<string> {
  const { keyboard, mouse } = page;
  const keys = async (...pressed: readonly string[]): Promise<string> => press(page, ...pressed);
  const type = async (text = pick(random, words)): Promise<string> => insert(page, text);
  const drag = async (from: string, to: string | undefined, key?: string): Promise<string> => {
    const start = await placeOf(page, from, random);
    const end =
      to === undefined ? { x: 300 + 350 * random(), y: 100 + 450 * random() } : await placeOf(page, to, random);
    if (start === undefined || end === undefined) return 'nothing';
    if (key !== undefined) await keyboard.down(key);
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2);
    await mouse.move(end.x, end.y, { steps: 2 });
    await mouse.up();
    if (key !== undefined) await keyboard.up(key);
    return `drag ${from}`;
  };
  const click = async (on: string, clickCount = 1): Promise<string> => {
    const place = await placeOf(page, on, random);
    if (place !== undefined) await mouse.click(place.x, place.y, { clickCount });
    return `click ${on}`;
  };
  const gestures: readonly (() => Promise<string>)[] = [
    async () => {
      await leaveAll(page);
      return `“${await byPalette(page, pick(random, commands))}”`;
    },
    async () => {
      await keys('F6', 'n');
      const kinds = ['openai', 'http', 'response', 'python', 'condition', 'prompt', 'workflow', 'claude', 'nothing'];
      return `add ${await type(pick(random, kinds))} ${await keys('Enter')}`;
    },
    async () => keys('F6', 'e', 'Enter', 'Enter'),
    async () => `${await keys('F6', pick(random, ['F2', 'Shift+F2']))} ${await type()} ${await keys('Enter')}`,
    async () => `${await keys('F6', 'Shift+s')} ${await type()} ${await keys('Control+Enter')}`,
    async () => keys('F6', pick(random, ['Control+d', 'Delete', 'd', 'Control+g', 'Control+Shift+g', 'Alt+Shift+f'])),
    async () => keys(pick(random, ['Control+a', 'ArrowLeft', 'ArrowRight', 'Shift+ArrowRight', 'Escape'])),
    async () => keys('F6', pick(random, ['Alt+ArrowLeft', 'Alt+ArrowDown', 'Shift+Alt+ArrowUp'])),
    async () => keys('F6', pick(random, ['Control+z', 'Control+z', 'Control+Shift+z', 'Control+y'])),
    async () => `${await clipboard(page, pick(random, ['copy', 'cut']))} ${await clipboard(page, 'paste')}`,
    async () => clipboard(page, 'paste', pick(random, clipboards)),
    async () => drag('.react-flow__node', undefined),
    async () => drag('.react-flow__handle.source', '.react-flow__handle.target'),
    async () => `${await drag('.react-flow__handle.source', undefined)} ${await keys('Enter')}`,
    async () => drag('.react-flow__pane', undefined, 'Shift'),
    async () => click('.react-flow__node'),
    async () => click('.react-flow__edge-interaction'),
    async () => `${await click('.react-flow__pane', 2)} ${await type()} ${await keys('Enter')}`,
    async () => {
      const fields = 'aside[aria-label="Properties"] :is(input:not([type="checkbox"]), textarea, .cm-content)';
      return `${await click(fields)} ${await type()} ${await keys(pick(random, ['F6', 'Enter', 'Escape']))}`;
    },
    async () => click('aside[aria-label="Properties"] button'),
  ];
  return pick(random, gestures)();
}

/** Somewhere on one of the elements that are seen. */
async function placeOf(
  page: Page,
  selector: string,
  random: () => number,
): Promise<{ readonly x: number; readonly y: number } | undefined> {
  const boxes = await page.evaluate((seen) => hand.boxes(seen), selector);
  if (boxes.length === 0) return undefined;
  const { x, y, width, height } = pick(random, boxes);
  return { x: x + width * (0.2 + 0.6 * random()), y: y + height * (0.2 + 0.6 * random()) };
}

/** Runs a command as one finds it in the palette. */
async function byPalette(page: Page, title: string): Promise<string> {
  await press(page, 'Control+k');
  await insert(page, `>${title}`);
  await press(page, 'Enter');
  return title;
}

/** Closes what is open, and goes to the canvas. */
async function leaveAll(page: Page): Promise<void> {
  const focused = async (): Promise<string | undefined> => {
    await press(page, 'Escape', 'F6');
    return page.evaluate(() => hand.focused().outerHTML.slice(0, 120));
  };
  await expect.poll(focused, { interval: 10 }).toContain('data-canvas="flow"');
}

async function undoAll(page: Page): Promise<void> {
  for (let steps = 0; steps < 40 && (await page.evaluate(() => hand.canUndo())); steps += 1) {
    // A window that a command asked for may only have been loaded by now.
    await leaveAll(page);
    await press(page, ...Array.from({ length: 5 }, () => 'Control+z'));
  }
}
