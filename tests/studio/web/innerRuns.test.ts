import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { readDrawing, type Drawing } from '../../../src/core/workflow/edits/index.ts';
import type { RunUpdate } from '../../../src/studio/protocol/index.ts';
import { placeOf, stepsCalling, type Calling } from '../../../src/studio/web/run/called.ts';
import { innerStep, runInside } from '../../../src/studio/web/run/innerRuns.ts';
import { emptyRun, withUpdates } from '../../../src/studio/web/run/liveRun.ts';
import { nodeInput } from '../../../src/studio/web/run/nodeInput.ts';
import { isPinnable } from '../../../src/studio/web/run/pinnable.ts';

const folder = join(import.meta.dirname, '../../../examples/help-desk');
const textOf = (path: string): string => readFileSync(join(folder, path), 'utf8');

function drawn(text: string): Drawing {
  const drawing = readDrawing(text);
  if (drawing === undefined) throw new Error('This cannot be drawn.');
  return drawing;
}

const classify = 'workflows/classify.workflow.json';
const lookUp = 'workflows/find-order.workflow.json';
const help: Calling = {
  drawing: drawn(textOf('help-desk.workflow.json')),
  sources: new Map([classify, lookUp].map((path) => [path, { text: textOf(path), hash: path }])),
};

const running: readonly RunUpdate[] = [
  { kind: 'state', at: 0, state: 'running' },
  { kind: 'node_started', at: 1, node: 'classify' },
  { kind: 'node_started', at: 2, node: 'classify/ask' },
  { kind: 'node_ended', at: 2, node: 'classify/ask', outcome: 'done', elapsedMs: 0, value: { message: 'Hi' } },
  { kind: 'node_started', at: 3, node: 'classify/read' },
];

test('a node that calls a workflow says which step of it runs', () => {
  const run = withUpdates(emptyRun('r'), running);
  expect(innerStep(run, 'classify')).toBe('read');
  expect(innerStep(run, 'classify/read')).toBeUndefined();
  const deeper = withUpdates(run, [
    { kind: 'node_started', at: 4, node: 'classify/read/more' },
    { kind: 'node_started', at: 4, node: 'other/step' },
  ]);
  expect(innerStep(deeper, 'classify')).toBe('read/more');
  const ended: RunUpdate = { kind: 'node_ended', at: 9, node: 'classify', outcome: 'done', elapsedMs: 8 };
  expect(innerStep(withUpdates(run, [ended]), 'classify')).toBeUndefined();
});

test('on the canvas of the workflow that is called, the run is that of its own nodes', () => {
  const run = withUpdates(emptyRun('r'), [
    ...running,
    { kind: 'printed', at: 4, node: 'classify/read', text: 'inside' },
    { kind: 'printed', at: 4, node: 'other', text: 'outside' },
  ]);
  const inner = runInside(run, 'classify');
  expect([...inner.nodes].map(([node, { state }]) => [node, state])).toEqual([
    ['ask', 'done'],
    ['read', 'running'],
  ]);
  expect(inner).toMatchObject({ id: 'r', state: 'running', startedAt: 1 });
  expect(inner.printed.map(({ node, text }) => [node, text])).toEqual([['read', 'inside']]);
  expect(runInside(run, 'classify')).toBe(inner);
  expect(stepsCalling(help, classify)).toEqual(['classify']);
  expect(stepsCalling(help, 'none.workflow.json')).toEqual([]);
});

test('nodes inside have the place, the input and the pins that they have on their own canvas', () => {
  const run = withUpdates(emptyRun('r'), running);
  const place = placeOf(help, 'classify/read');
  expect(place?.id).toBe('read');
  expect(place && isPinnable(place.drawing, place.id)).toBe(true);
  expect(placeOf(help, 'classify')?.drawing).toBe(help.drawing);
  expect(placeOf(help, 'nowhere/read')).toBeUndefined();
  const trigger = place?.drawing.nodes.find(({ known }) => known === 'httpEndpoint')?.id ?? '';
  const ended = withUpdates(run, [
    { kind: 'node_ended', at: 2, node: `classify/${trigger}`, outcome: 'done', elapsedMs: 0, value: { message: 'Hi' } },
  ]);
  expect(nodeInput(ended, help, `classify/${trigger}`)?.value).toEqual({ message: 'Hi' });
  expect(nodeInput(ended, help, 'classify/read')?.value).toEqual({ [trigger]: { message: 'Hi' } });
});

test('files that call each other in a circle are drawn, and end somewhere', () => {
  const circle = JSON.stringify({ nodes: [{ id: 'again', type: 'subWorkflow', config: { file: 'c.workflow.json' } }] });
  const calling: Calling = {
    drawing: drawn(circle),
    sources: new Map([['c.workflow.json', { text: circle, hash: 'c' }]]),
  };
  expect(stepsCalling(calling, 'c.workflow.json').length).toBeLessThan(20);
  expect(placeOf(calling, 'again/again/again')?.id).toBe('again');
});
