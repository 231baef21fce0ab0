import { describe, expect, test } from 'vitest';

import {
  addNode,
  addNote,
  connect,
  copyItems,
  describeNode,
  duplicate,
  groupNodes,
  moveItems,
  paste,
  readDrawing,
  reconnect,
  removeItems,
  renameNode,
  setDisabled,
  setLabel,
  setValue,
  ungroup,
  whyNotConnect,
  type Drawing,
  type EditResult,
  type Wire,
} from '../../src/core/workflow/edits/index.ts';
import { check, nodeTypes, parse, registry, type Handle, type Json } from '../../src/core/workflow/index.ts';
import { Random } from '../codegen/syntax/random.ts';
import { bare, examples, fileIn, otherwise } from './texts.ts';

interface Gesture {
  readonly name: string;
  readonly edit: (text: string) => EditResult;
}

const names = ['answer', 'reply', 'ask', 'new_id', 'a-b', 'a-', 'x y', 'nodes', ''];

function randomWire(random: Random, { nodes }: Drawing): Wire {
  const [from, to] = [random.pick(nodes), random.pick(nodes)];
  const handle = (handles: readonly Handle[], usual: string): string =>
    handles.length > 0 && random.chance(0.95) ? random.pick(handles).id : usual;
  return {
    source: from.id,
    sourceHandle: handle(from.known === undefined ? [] : registry[from.known].outputs, 'output'),
    target: to.id,
    targetHandle: handle(to.known === undefined ? [] : registry[to.known].inputs, 'input'),
  };
}

function randomValue(random: Random): Json | undefined {
  if (random.chance(0.15)) return undefined;
  return random.pick<Json>([
    null,
    'text "quoted"\n',
    7,
    [],
    {},
    ['a', { b: [1, 2] }],
    { role: 'user', content: 'Hello {{ input.message }}' },
    [{ role: 'system', content: 'a' }],
  ]);
}

function randomPath(random: Random, text: string): (string | number)[] {
  const path: (string | number)[] = [];
  let value: unknown = fileIn(text);
  while (typeof value === 'object' && value !== null && (path.length < 2 || random.chance(0.7))) {
    const keys = Array.isArray(value) ? [...value.keys(), value.length] : [...Object.keys(value), 'new key'];
    const key = random.pick<string | number>(keys);
    path.push(key);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}

function randomGesture(random: Random, text: string): Gesture {
  const drawing = readDrawing(text) ?? { name: '', description: '', nodes: [], edges: [], notes: [] };
  const ids = [...drawing.nodes.map(({ id }) => id), 'nobody'];
  const noteIds = [...drawing.notes.map(({ id }) => id), 'nobody'];
  const some = (): readonly string[] => random.times(3, () => random.pick([...ids, ...noteIds]), 1);
  const point = () => ({ x: random.next() * 1000 - 100, y: random.below(300) });
  const size = { width: 300, height: 200 };
  const edge = random.below(drawing.edges.length + 1);
  const type = random.pick(nodeTypes);
  const wire =
    drawing.nodes.length > 0
      ? randomWire(random, drawing)
      : { source: 'a', sourceHandle: 'b', target: 'c', targetHandle: 'd' };
  const value = randomValue(random);
  const [id, newId] = [random.pick(ids), random.pick(names)];
  const path = randomPath(random, text);
  const moved = new Map(some().map((each) => [each, point()]));
  const chosen = some();
  const isOn = random.chance(0.5);
  const gestures: readonly Gesture[] = [
    { name: 'add', edit: (before) => addNode(before, { type, ...(isOn && { position: point() }) }) },
    { name: 'add from', edit: (before) => addNode(before, { type, from: wire }) },
    { name: 'add to', edit: (before) => addNode(before, { type, to: wire }) },
    { name: 'add on edge', edit: (before) => addNode(before, { type, onEdge: edge }) },
    { name: 'move', edit: (before) => moveItems(before, moved) },
    { name: 'remove', edit: (before) => removeItems(before, { nodes: chosen, notes: chosen, edges: [edge] }) },
    { name: 'rename', edit: (before) => renameNode(before, id, newId) },
    { name: 'label', edit: (before) => setLabel(before, id, isOn ? newId : undefined) },
    { name: 'set', edit: (before) => setValue(before, path, value) },
    { name: 'connect', edit: (before) => connect(before, wire) },
    { name: 'reconnect', edit: (before) => reconnect(before, edge, wire) },
    { name: 'paste', edit: (before) => paste(before, copyItems(before, chosen), { keepWires: isOn }) },
    { name: 'duplicate', edit: (before) => duplicate(before, chosen) },
    { name: 'disable', edit: (before) => setDisabled(before, chosen, isOn) },
    { name: 'note', edit: (before) => addNote(before, { text: newId, position: point() }) },
    { name: 'group', edit: (before) => groupNodes(before, chosen, { title: newId, position: point(), size }) },
    { name: 'ungroup', edit: (before) => ungroup(before, random.pick(noteIds)) },
  ];
  return random.pick(gestures);
}

/** How many lines of a text are in the other no more. */
function goneLines(before: string, after: string): number {
  const left = new Map<string, number>();
  for (const line of after.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let gone = 0;
  for (const line of before.split('\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) gone += 1;
    else left.set(line, count - 1);
  }
  return gone;
}

function expectWellWritten(before: string, { text }: { readonly text: string }): void {
  expect(text.startsWith('\uFEFF')).toBe(before.startsWith('\uFEFF'));
  if (before.includes('\r\n')) expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  if (!/[\r\n]/.test(before.trim())) expect(text.trim()).not.toMatch(/[\r\n]/);
  if (before.includes('\n\t')) expect(text).not.toMatch(/\n\t* /);
  for (const line of text.split('\n'))
    if (!before.includes(line))
      expect(line.replace('\r', '')).toBe(line.trimEnd() === '' ? '' : line.replace('\r', '').trimEnd());
}

describe.each(Object.entries(otherwise))('a file %s', (_, rewritten) => {
  test('is edited by any gestures, and stays JSON', () => {
    const random = new Random(11);
    for (const [, example] of examples) {
      let text = rewritten(example);
      for (let step = 0; step < 35; step += 1) {
        const { name, edit } = randomGesture(random, text);
        const result = edit(text);
        expect(result.ok ? result.title : result.reason, name).toMatch(/^[^\n]+$/);
        if (!result.ok) continue;
        expectWellWritten(text, result);
        const file = fileIn(result.text);
        // What a gesture selects is there.
        const drawing = readDrawing(result.text);
        const there = [...(drawing?.nodes ?? []), ...(drawing?.notes ?? [])].map(({ id }) => id);
        for (const id of result.selected) expect(there).toContain(id);
        if (name === 'move') expect(withoutPositions(file)).toEqual(withoutPositions(fileIn(text)));
        if (name === 'move' && !/"position": \{\r?\n/.test(text))
          expect(goneLines(text, result.text)).toBeLessThanOrEqual(3);
        ({ text } = result);
      }
    }
  });
});

function withoutPositions(file: ReturnType<typeof fileIn>): unknown {
  return JSON.parse(JSON.stringify(file, (key, value: unknown) => (key === 'position' ? undefined : value)));
}

test.each(Object.entries(bare))('a file with %s is edited or refused', (_, given) => {
  const random = new Random(12);
  for (let sequence = 0; sequence < 30; sequence += 1) {
    let text = given;
    for (let step = 0; step < 8; step += 1) {
      const result = randomGesture(random, text).edit(text);
      if (!result.ok) continue;
      expect(readDrawing(result.text)?.nodes.length).toBeLessThanOrEqual(fileIn(result.text).nodes?.length ?? 0);
      for (const node of readDrawing(result.text)?.nodes ?? []) describeNode(node);
      ({ text } = result);
    }
  }
});

test('no text makes a gesture throw', () => {
  const random = new Random(13);
  const [, chat = ''] = examples[0] ?? [];
  const texts = [
    '',
    '[]',
    'null',
    '1',
    '{',
    '{"nodes":',
    '['.repeat(50_000),
    `{"nodes":${'['.repeat(5000)}${']'.repeat(5000)}}`,
  ];
  for (let count = 0; count < 200; count += 1) texts.push(chat.slice(0, random.below(chat.length)));
  for (const text of texts) {
    const gesture = randomGesture(random, chat);
    expect(gesture.edit(text).ok, gesture.name).toBe(false);
    const drawing = readDrawing(text);
    if (/^\s*\{/.test(text) && text.length < 5000) expect(drawing).toBeDefined();
    for (const node of drawing?.nodes ?? []) describeNode(node);
  }
});

describe('what can be connected', () => {
  const codesOfEdges = [
    'unknown-node',
    'unknown-handle',
    'missing-handle',
    'edge-into-trigger',
    'edge-out-of-response',
    'self-edge',
    'duplicate-edge',
    'stream-mismatch',
    'cycle',
    'misplaced-tool-edge',
    'edge-out-of-tool',
    'second-result',
  ];

  const findings = (text: string): number => {
    const parsed = parse(text);
    if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('\n'));
    return check(parsed.value, new Map()).diagnostics.filter(({ code }) => codesOfEdges.includes(code)).length;
  };

  test.each(examples)('is what check has nothing against, and the other way round: %s', (_, example) => {
    const random = new Random(14);
    let [allowed, refused] = [0, 0];
    for (let sequence = 0; sequence < 4; sequence += 1) {
      let text = example;
      for (let step = 0; step < 30; step += 1) {
        if (random.chance(0.15)) {
          const grown = addNode(text, { type: random.pick(nodeTypes) });
          if (grown.ok) ({ text } = grown);
        }
        const drawing = readDrawing(text);
        if (drawing === undefined) throw new Error('no drawing');
        const wire = randomWire(random, drawing);
        const replacing =
          random.chance(0.2) && drawing.edges.length > 0 ? random.below(drawing.edges.length) : undefined;
        const reason = whyNotConnect(drawing, wire, replacing);
        const edge = JSON.parse(JSON.stringify(wire)) as Json;
        const forced = setValue(text, ['edges', replacing ?? drawing.edges.length], edge);
        if (!forced.ok) throw new Error(forced.reason);
        expect({ wire, reason, text: forced.text, findings: findings(forced.text) > 0 }).toEqual({
          wire,
          reason,
          text: forced.text,
          findings: reason !== undefined,
        });
        if (reason === undefined) {
          allowed += 1;
          ({ text } = forced);
        } else refused += 1;
      }
    }
    expect(Math.min(allowed, refused)).toBeGreaterThan(10);
  });
});
