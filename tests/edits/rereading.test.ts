import { parseTree } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';

import { EditedFile } from '../../src/core/workflow/edits/editedFile.ts';
import { readDrawing } from '../../src/core/workflow/edits/index.ts';
import { nodeAt } from '../../src/core/workflow/edits/jsonTree.ts';
import type { JsonPath } from '../../src/core/workflow/index.ts';
import { Random } from '../codegen/syntax/random.ts';
import { examples } from './texts.ts';

const unlike = '{ "nodes": [] }';
const pieces = [
  'x',
  '"',
  '{',
  '}',
  ',',
  '\\',
  '\n',
  ', "a": 1',
  '{"id": "b", "config": {"nodes": [{}]}},',
  '\\u0041',
  '1e400',
];

/** What is read of a text right after another one, and what is read of it alone. */
function readAfter(before: string, text: string): readonly [unknown, unknown] {
  EditedFile.open(before);
  const after = readAll(text);
  EditedFile.open(unlike);
  return [after, readAll(text)];
}

function readAll(text: string): unknown {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const places = (['nodes', 'edges'] as const).flatMap((list) =>
    (file.at([list])?.children ?? []).map((_, index) => placeIn(file, [list, index])),
  );
  return { value: file.value, places, drawing: readDrawing(text), keys: Object.keys(file.value as object) };
}

function placeIn(file: EditedFile, path: JsonPath): unknown {
  const [node, alone] = [file.at(path), nodeAt(parseTree(file.text) ?? file.root, path)];
  if (node?.offset !== alone?.offset || node?.length !== alone?.length)
    throw new Error(`${path.join('.')} stands elsewhere`);
  return [node?.offset, node?.length];
}

describe('a text that is read after another one', () => {
  test.each(examples)('says what it says alone: %s', (_name, text) => {
    const random = new Random(7);
    let before = text;
    for (let step = 0; step < 60; step += 1) {
      const at = random.below(before.length);
      const next = before.slice(0, at) + random.pick(pieces) + before.slice(at + random.below(3));
      const [after, alone] = readAfter(before, next);
      expect(after, next).toEqual(alone);
      // What is broken is mended before the next step, most times.
      if (random.chance(0.2) || !('ok' in (after as object))) before = next;
    }
  });

  test('and what stayed the same is the same object', () => {
    const [, text = ''] = examples.find(([name]) => name.includes('help-desk')) ?? [];
    const drawing = readDrawing(text);
    const next = readDrawing(text.replace('"can_wait"', '"can_wait" '), drawing);
    expect(next?.nodes).toBe(drawing?.nodes);
    const id = drawing?.nodes[1]?.id ?? '';
    const changed = readDrawing(text.replace(`"id": "${id}"`, `"id": "${id}", "label": "Other"`), drawing);
    expect(changed?.nodes.map((node, index) => node === drawing?.nodes[index])).toEqual(
      drawing?.nodes.map((node) => node.id !== id),
    );
  });
});
