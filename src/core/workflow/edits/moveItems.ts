import type { Node } from 'jsonc-parser';

import type { TextEdit } from '../source/range.ts';
import { EditedFile, idOrCount } from './editedFile.ts';
import { addProperty, replaceWith } from './entryEdits.ts';
import { propertyOf } from './jsonTree.ts';
import { placesOf } from './places.ts';
import { rounded } from './placement.ts';
import type { EditResult, Point } from './result.ts';

/** Moves nodes and notes. Ids that are not there are passed over. */
export function moveItems(text: string, positions: ReadonlyMap<string, Point>): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const moved: string[] = [];
  const edits: TextEdit[] = [];
  const orders = { nodes: file.keysAt(['nodes', 0]), notes: file.keysAt(['notes', 0]) };
  for (const { id, path, node } of placesOf(file, positions)) {
    const position = positions.get(id);
    if (position === undefined) continue;
    moved.push(id);
    edits.push(...positionEdits(file, node, orders[path[0]], rounded(position)));
  }
  return file.edited(edits, `Move ${idOrCount(moved, 'item')}`, moved);
}

function positionEdits(file: EditedFile, item: Node, order: readonly string[], { x, y }: Point): readonly TextEdit[] {
  const position = propertyOf(item, 'position')?.value;
  if (position === undefined) return addProperty(file, item, 'position', { x, y }, { order });
  const [oldX, oldY] = [propertyOf(position, 'x')?.value, propertyOf(position, 'y')?.value];
  if (oldX === undefined || oldY === undefined) return [replaceWith(file, position, { x, y })];
  return [
    ...(oldX.value === x ? [] : [replaceWith(file, oldX, x)]),
    ...(oldY.value === y ? [] : [replaceWith(file, oldY, y)]),
  ];
}
