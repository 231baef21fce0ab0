import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';

import { newWorkflowText } from '../../../src/core/workflow/edits/index.ts';
import { chromiumPath, openStudio } from './browser.ts';
import { centre, drag, handle, node } from './mouse.ts';

/** Of the page. */
declare function requestAnimationFrame(step: () => void): number;

interface File {
  readonly nodes: readonly {
    readonly id: string;
    readonly type: string;
    readonly position?: { readonly x: number; readonly y: number };
  }[];
  readonly edges: readonly {
    readonly source: string;
    readonly target: string;
    readonly sourceHandle?: string;
    readonly targetHandle?: string;
  }[];
  readonly notes?: readonly { readonly id: string; readonly text: string; readonly nodes?: readonly string[] }[];
}

const empty = `{
  "version": 1,
  "name": "drawn",
  "nodes": [],
  "edges": []
}
`;

describe.skipIf(chromiumPath === undefined)('the canvas, used by hand', () => {
  it('draws a chat from nothing by mouse, and undoing all gives the first bytes back', async () => {
    const { page, read, complaints } = await openStudio({ 'drawn.workflow.json': empty });
    const file = async (): Promise<File> => JSON.parse(await read('drawn.workflow.json')) as File;
    const palette = (name: string): Locator => page.getByRole('button', { name: new RegExp(`^Add ${name}`) });
    await drag(page, palette('HTTP Endpoint'), { x: 420, y: 400 });
    await node(page, 'start').or(page.locator('.react-flow__node-step').first()).waitFor();
    await palette('Response').scrollIntoViewIfNeeded();
    await drag(page, palette('Response'), { x: 940, y: 400 });
    await page.locator('.react-flow__node-step').nth(1).waitFor();
    const [trigger, response] = (await waitFor(file, ({ nodes }) => nodes.length === 2)).nodes;
    if (trigger === undefined || response === undefined) throw new Error('Nodes are missing');

    // A wire into the void asks what is to come there.
    await drag(page, handle(page, trigger.id, 'output', 'source'), { x: 640, y: 420 });
    const search = page.getByRole('dialog', { name: 'Add a node' });
    await search.waitFor();
    await page.keyboard.type('openai');
    await page.keyboard.press('Enter');
    const model = (await waitFor(file, ({ nodes }) => nodes.length === 3)).nodes[2];
    if (model === undefined) throw new Error('The model is missing');
    expect(model.type).toBe('openaiCompletion');

    // A wire that could not be legal says why, and is not drawn.
    const [start, end] = [
      await centre(handle(page, model.id, 'stream', 'source')),
      await centre(handle(page, response.id, 'input', 'target')),
    ];
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(end.x - 30, end.y, { steps: 4 });
    await page.mouse.move(end.x, end.y, { steps: 4 });
    await page.getByText('A stream goes into an input that takes streams.').first().waitFor();
    await page.mouse.up();
    expect((await file()).edges).toHaveLength(1);

    await drag(page, handle(page, model.id, 'stream', 'source'), handle(page, response.id, 'stream', 'target'));
    await drag(page, handle(page, model.id, 'output', 'source'), handle(page, response.id, 'input', 'target'));
    const { edges } = await waitFor(file, (now) => now.edges.length === 3);
    expect(edges).toContainEqual({ source: trigger.id, target: model.id });
    expect(edges).toContainEqual({
      source: model.id,
      sourceHandle: 'stream',
      target: response.id,
      targetHandle: 'stream',
    });
    expect(edges).toContainEqual({ source: model.id, target: response.id });

    await page.mouse.dblclick(640, 680);
    await search.waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('application', { name: 'Canvas of the workflow' }).focus();
    for (let step = 0; step < 6; step += 1) await page.keyboard.press('Control+z');
    await waitFor(
      async () => read('drawn.workflow.json'),
      (text) => text === empty,
    );
    expect(complaints).toEqual([]);
  });

  it('draws a chat from nothing by keyboard alone', async () => {
    const { page, read, complaints } = await openStudio({ 'drawn.workflow.json': empty });
    const file = async (): Promise<File> => JSON.parse(await read('drawn.workflow.json')) as File;
    await page.keyboard.press('F6');
    for (const [count, name] of ['http', 'openai', 'response'].entries()) {
      await page.keyboard.press('n');
      await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
      await waitFor(file, ({ nodes }) => nodes.length === count + 1);
    }
    // Each came behind the one before, connected.
    expect((await file()).edges).toHaveLength(2);
    const [, model, response] = (await file()).nodes;
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('e');
    await page.getByRole('dialog', { name: /^Connect/ }).waitFor();
    await page.keyboard.type('stream');
    await page.keyboard.press('Enter');
    await page.keyboard.type(response?.id ?? '');
    await page.keyboard.press('Enter');
    const { edges } = await waitFor(file, (now) => now.edges.length === 3);
    expect(edges).toContainEqual({
      source: model?.id,
      sourceHandle: 'stream',
      target: response?.id,
      targetHandle: 'stream',
    });
    for (let step = 0; step < 4; step += 1) await page.keyboard.press('Control+z');
    await waitFor(
      async () => read('drawn.workflow.json'),
      (text) => text === empty,
    );
    expect(complaints).toEqual([]);
  });

  it('renames, copies, groups, moves and takes notes as steps that can be undone', async () => {
    const first = newWorkflowText('steps');
    const { page, read, complaints } = await openStudio({ 'steps.workflow.json': first });
    const file = async (): Promise<File> => JSON.parse(await read('steps.workflow.json')) as File;
    const [trigger, response] = (await file()).nodes;
    if (trigger === undefined || response === undefined) throw new Error('Nodes are missing');
    let steps = 0;
    const step = async (isDone: (now: File) => boolean): Promise<File> => {
      steps += 1;
      return waitFor(file, isDone);
    };

    // A node on the edge between the two, by the + that appears there.
    await page.mouse.move(...(await between(page, trigger.id, response.id)));
    await page.getByRole('button', { name: 'Add a node on this edge' }).click();
    await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
    await page.keyboard.type('python');
    await page.keyboard.press('Enter');
    const { edges, nodes } = await step((now) => now.nodes.length === 3);
    const added = nodes[2]?.id ?? '';
    expect(edges).toEqual([
      { source: trigger.id, target: added },
      { source: added, target: response.id },
    ]);

    // Expressions follow a new id.
    await page.keyboard.press('Control+c');
    await page.keyboard.press('F2');
    await page.getByRole('textbox', { name: `Name of ${added}` }).fill('look_up');
    await page.keyboard.press('Enter');
    await step((now) => now.nodes.some(({ id }) => id === 'look_up'));

    await page.mouse.move(700, 700);
    await page.keyboard.press('Control+v');
    const pasted = await step((now) => now.nodes.length === 4);
    expect(pasted.edges).toHaveLength(2);

    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+g');
    await page.getByRole('textbox', { name: 'Title of the group' }).waitFor();
    await page.keyboard.press('Escape');
    const grouped = await step((now) => now.notes?.length === 1);
    expect(grouped.notes?.[0]?.nodes).toHaveLength(4);

    // A frame takes its nodes along.
    const before = (await file()).nodes.map(({ position }) => position);
    const title = page.locator('.frame-title');
    const { x, y } = await centre(title);
    await drag(page, title, { x: x + 80, y: y + 48 });
    const moved = await step((now) => now.nodes[0]?.position?.x !== before[0]?.x);
    const zoom = Number(
      /scale\(([\d.]+)\)/.exec((await page.locator('.react-flow__viewport').getAttribute('style')) ?? '')?.[1],
    );
    for (const [index, { position }] of moved.nodes.entries()) {
      expect(Math.abs((position?.x ?? 0) - (before[index]?.x ?? 0) - 80 / zoom)).toBeLessThan(12);
      expect((position?.x ?? 0) - (before[index]?.x ?? 0)).toBe(
        (moved.nodes[0]?.position?.x ?? 0) - (before[0]?.x ?? 0),
      );
    }

    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+s');
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('# Why\nBecause');
    await page.keyboard.press('Control+Enter');
    await step((now) => now.notes?.some(({ text }) => text.includes('Because')) === true);
    steps += 1;

    await page.getByRole('application', { name: 'Canvas of the workflow' }).focus();
    for (let back = 0; back < steps; back += 1) await page.keyboard.press('Control+z');
    await waitFor(
      async () => read('steps.workflow.json'),
      (text) => text === first,
    );
    expect(complaints).toEqual([]);
  });

  it('draws what is seen of a thousand nodes, and a drag changes the place of one', async () => {
    const text = largeWorkflow(1_000);
    const { page, read, complaints } = await openStudio({ 'large.workflow.json': text });
    await page.locator('.react-flow__node-step').first().waitFor();
    expect(await page.locator('.react-flow__node').count()).toBeLessThan(100);
    const dragged = page.locator('.react-flow__node-step').nth(5);
    const { x, y } = await centre(dragged);
    await page.mouse.move(x, y);
    await page.mouse.down();
    const frames = page.evaluate<number>(`new Promise((resolve) => {
      const began = performance.now();
      let count = 0;
      const step = () => {
        count += 1;
        if (performance.now() - began < 1_000) requestAnimationFrame(step);
        else resolve(count);
      };
      requestAnimationFrame(step);
    })`);
    for (let move = 1; move <= 40; move += 1)
      await page.mouse.move(x + 60 * Math.sin(move / 6), y + 40 * Math.sin(move / 4));
    // A machine that does much else draws few frames; a page that looks at every node with each draws none.
    expect(await frames).toBeGreaterThan(5);
    await page.mouse.up();
    const after = await waitFor(
      async () => read('large.workflow.json'),
      (now) => now !== text,
    );
    const [before, lines] = [text.split('\n'), after.split('\n')];
    expect(lines).toHaveLength(before.length);
    const changed = lines.filter((line, index) => line !== before[index]);
    expect(changed.every((line) => /^\s+"[xy]": -?\d+,?$/.test(line))).toBe(true);
    expect(changed.length).toBeLessThanOrEqual(2);
    // At 200 % zoom what brings all into view is not under the map.
    await page.setViewportSize({ width: 720, height: 450 });
    await page.getByRole('button', { name: 'Show the whole workflow' }).click({ timeout: 5_000 });
    expect(complaints).toEqual([]);
  });
});

async function between(page: Page, one: string, other: string): Promise<[number, number]> {
  const [a, b] = [
    await centre(handle(page, one, 'output', 'source')),
    await centre(handle(page, other, 'input', 'target')),
  ];
  return [(a.x + b.x) / 2, (a.y + b.y) / 2];
}

/** Looks again and again until it is so; the file is written a moment after the gesture. */
async function waitFor<Value>(look: () => Promise<Value>, isIt: (value: Value) => boolean): Promise<Value> {
  const until = Date.now() + 20_000;
  for (;;) {
    const value = await look();
    if (isIt(value)) return value;
    if (Date.now() > until) throw new Error(`Still not: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Columns of prompts and functions, each behind one of the column before. */
function largeWorkflow(count: number): string {
  const rows = Math.ceil(Math.sqrt(count));
  const trigger = { id: 'start', type: 'httpEndpoint', position: { x: 0, y: 0 }, config: { path: '/large' } };
  const others = Array.from({ length: count - 1 }, (_, index) => ({
    id: `n${index}`,
    type: index % 2 === 0 ? 'promptTemplate' : 'pythonFunction',
    position: { x: 272 * (1 + Math.floor(index / rows)), y: 160 * (index % rows) },
    config: { messages: [{ role: 'user', content: `Words ${index}` }] },
  }));
  const edges = others.map(({ id }, index) => ({ source: index < rows ? 'start' : `n${index - rows}`, target: id }));
  return `${JSON.stringify({ version: 1, name: 'large', nodes: [trigger, ...others], edges }, null, 2)}\n`;
}
