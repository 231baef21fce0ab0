import type { Node } from 'jsonc-parser';

import type { Json, JsonPath } from '../json.ts';
import type { TextEdit } from '../source/range.ts';
import type { EditedFile } from './editedFile.ts';
import { addProperty, insertItems, removeEntries, replaceWith } from './entryEdits.ts';
import { isEqual, isObject, propertyOf, valueOf } from './jsonTree.ts';

/** The edits that make another value of one; what is the same in both is not touched. */
export function assign(file: EditedFile, node: Node, value: Json, path: JsonPath): readonly TextEdit[] {
  const before = valueOf(node);
  if (isEqual(before, value)) return [];
  if (isObject(before) && isObject(value)) return assignObject(file, node, [before, value], path);
  if (Array.isArray(before) && Array.isArray(value))
    return assignArray(file, node, [before as readonly Json[], value as readonly Json[]], path);
  return [replaceWith(file, node, value)];
}

type Two<Value> = readonly [before: Value, after: Value];

function assignObject(
  file: EditedFile,
  node: Node,
  [before, after]: Two<{ readonly [key: string]: Json }>,
  path: JsonPath,
): readonly TextEdit[] {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const added = Object.keys(after).filter((key) => !Object.hasOwn(before, key));
  const kept = Object.keys(after).length - added.length;
  if ((gone.length > 0 && added.length > 0) || kept === 0) return [replaceWith(file, node, after)];
  const order = added.length === 0 ? [] : file.keysAt(path);
  const places = new Set(gone.flatMap((key) => propertyOf(node, key)?.value ?? []));
  return [
    ...Object.entries(after).flatMap(([key, value]) => {
      const found = propertyOf(node, key)?.value;
      return found === undefined ? [] : assign(file, found, value, [...path, key]);
    }),
    ...removeEntries(node, places),
    ...added.flatMap((key) => addProperty(file, node, key, after[key] ?? null, { order })),
  ];
}

/** Items are kept from both ends; between these, each takes the place of one, and the rest is put in or taken out. */
function assignArray(
  file: EditedFile,
  node: Node,
  [before, after]: Two<readonly Json[]>,
  path: JsonPath,
): readonly TextEdit[] {
  const shorter = Math.min(before.length, after.length);
  const same = (index: number, other: number): boolean => isEqual(before[index] ?? null, after[other] ?? null);
  let start = 0;
  while (start < shorter && same(start, start)) start += 1;
  let end = 0;
  while (end < shorter - start && same(before.length - 1 - end, after.length - 1 - end)) end += 1;
  if (start + end === 0 && shorter === 0) return [replaceWith(file, node, after)];
  const items = node.children ?? [];
  const both = Math.max(0, shorter - start - end);
  return [
    ...items
      .slice(start, start + both)
      .flatMap((item, index) => assign(file, item, after[start + index] ?? null, [...path, start + index])),
    ...removeEntries(node, new Set(items.slice(start + both, before.length - end))),
    ...insertItems(file, node, start + both, after.slice(start + both, after.length - end)),
  ];
}
