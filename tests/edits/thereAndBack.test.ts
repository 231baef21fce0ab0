import { describe, expect, test } from 'vitest';

import {
  addNode,
  addNote,
  connect,
  duplicate,
  groupNodes,
  moveItems,
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
  type Wire,
} from '../../src/core/workflow/edits/index.ts';
import { nodeTypes, type Json } from '../../src/core/workflow/index.ts';
import { Random } from '../codegen/syntax/random.ts';
import { examples, fileIn, otherwise, textOf } from './texts.ts';

function drawingOf(text: string): Drawing {
  const drawing = readDrawing(text);
  if (drawing === undefined) throw new Error('no drawing');
  return drawing;
}

/** Texts with a note, as removing the last entry of a list leaves the list. */
const texts = Object.entries(otherwise).flatMap(([name, rewritten]) =>
  examples.slice(0, name === 'as it is' ? examples.length : 3).map(([path, example]) => {
    const text = textOf(addNote(rewritten(example), { text: 'A note', position: { x: 0, y: -200 } }));
    return [`${path} ${name}`, text] as const;
  }),
);

describe.each(texts)('%s', (_, text) => {
  const drawing = drawingOf(text);
  const ids = drawing.nodes.map(({ id }) => id);

  test('is the same after a gesture and the one that takes it back', () => {
    for (const { id, position } of drawing.nodes) {
      const renamed = textOf(renameNode(text, id, 'quite_new'));
      expect(renamed).not.toMatch(new RegExp(`nodes\\.${id}\\b|"(?:source|target)": ?"${id}"`));
      expect(textOf(renameNode(renamed, 'quite_new', id))).toBe(text);
      const bracketed = textOf(renameNode(text, id, 'in-brackets-'));
      expect(fileIn(textOf(renameNode(bracketed, 'in-brackets-', 'quite_new')))).toEqual(
        JSON.parse(JSON.stringify(fileIn(renamed)).replaceAll('nodes.quite_new', "nodes['quite_new']")),
      );
      const moved = textOf(moveItems(text, new Map([[id, { x: 12_345, y: -7 }]])));
      expect(moved).not.toBe(text);
      if (position !== undefined) expect(textOf(moveItems(moved, new Map([[id, position]])))).toBe(text);
      expect(textOf(setDisabled(textOf(setDisabled(text, [id], true)), [id], false))).toBe(text);
      expect(textOf(setLabel(textOf(setLabel(text, id, 'A label')), id, ' '))).toBe(text);
    }
    for (const type of nodeTypes) {
      const added = addNode(text, { type });
      expect(textOf(removeItems(textOf(added), { nodes: added.ok ? added.selected : [] }))).toBe(text);
    }
    const copied = duplicate(text, ids);
    expect(textOf(removeItems(textOf(copied), { nodes: copied.ok ? copied.selected : [] }))).toBe(text);
    const grouped = groupNodes(text, ids, { title: 'All', position: { x: 0, y: 0 }, size: { width: 9, height: 9 } });
    expect(textOf(ungroup(textOf(grouped), grouped.ok ? (grouped.selected[0] ?? '') : ''))).toBe(text);
  });

  test('is the same after an edge is drawn and removed, or led elsewhere and back', () => {
    const random = new Random(21);
    const randomWire = (): Wire => ({
      source: random.pick(ids),
      sourceHandle: random.pick(['output', 'true', 'false', 'stream', 'function_call']),
      target: random.pick(ids),
      targetHandle: random.pick(['input', 'input', 'stream', 'tool']),
    });
    for (let count = 0; count < 40; count += 1) {
      const wire = randomWire();
      if (whyNotConnect(drawing, wire) === undefined) {
        const connected = textOf(connect(text, wire));
        expect(drawingOf(connected).edges.at(-1)?.wire).toEqual(wire);
        expect(textOf(removeItems(connected, { edges: [drawing.edges.length] }))).toBe(text);
      }
      const { index, wire: before } = random.pick(drawing.edges);
      const rewired = reconnect(text, index, wire);
      if (!rewired.ok) continue;
      expect(drawingOf(rewired.text).edges[index]?.wire).toEqual(wire);
      expect(drawingOf(textOf(reconnect(rewired.text, index, before))).edges).toEqual(drawing.edges);
    }
  });

  test('has any value after it was set, and nothing else changed', () => {
    const random = new Random(22);
    for (let count = 0; count < 60; count += 1) {
      const file = fileIn(text);
      const { path, owner, key } = randomPlace(random, file);
      const before = (owner as Record<string | number, Json>)[key];
      const value = random.chance(0.5)
        ? changed(random, before ?? null)
        : random.pick<Json>(['new', 5, [], {}, ['a'], { b: 1 }]);
      (owner as Record<string | number, Json>)[key] = value;
      const after = textOf(setValue(text, path, value));
      expect({ path, file: fileIn(after) }).toEqual({ path, file });
      if (before === undefined) {
        if (!Array.isArray(owner) && Object.keys(owner).length > 1)
          expect(textOf(setValue(after, path, undefined))).toBe(text);
      } else expect(fileIn(textOf(setValue(after, path, before)))).toEqual(fileIn(text));
    }
  });
});

interface Place {
  readonly path: readonly (string | number)[];
  readonly owner: object;
  readonly key: string | number;
}

function randomPlace(random: Random, file: object): Place {
  let owner = file;
  const path: (string | number)[] = [];
  for (;;) {
    const keys = Array.isArray(owner) ? [...owner.keys(), owner.length] : [...Object.keys(owner), 'newKey'];
    const key = random.pick<string | number>(keys);
    path.push(key);
    const value = (owner as Record<string | number, unknown>)[key];
    if (typeof value !== 'object' || value === null || random.chance(0.2)) return { path, owner, key };
    owner = value;
  }
}

/** The same value with something put in, taken out, or replaced somewhere in it. */
function changed(random: Random, value: Json): Json {
  if (typeof value !== 'object' || value === null) return `${JSON.stringify(value)} changed`;
  const copy = structuredClone(value) as Json[] | Record<string, Json>;
  const keys = Array.isArray(copy) ? [...copy.keys()] : Object.keys(copy);
  const choice = random.below(4);
  if (Array.isArray(copy)) {
    const at = random.below(copy.length + 1);
    if (choice === 0) copy.splice(at, 1);
    else if (choice === 1) copy.splice(at, 0, 'in between', { a: [1] });
    else if (at < copy.length) copy[at] = changed(random, copy[at] ?? null);
    return copy;
  }
  const key = String(keys.length === 0 ? 'first' : random.pick<string | number>(keys));
  if (choice === 0) delete copy[key];
  else if (choice === 1) copy['added'] = { to: 'it' };
  else copy[key] = changed(random, copy[key] ?? null);
  return copy;
}
