import type { Node } from 'jsonc-parser';

import { isNodeId } from '../nodeId.ts';
import { offsetsInJsonString } from '../source/jsonString.ts';
import type { TextEdit } from '../source/range.ts';
import { EditedFile } from './editedFile.ts';
import { addProperty, replaceWith } from './entryEdits.ts';
import { endOf, propertyOf } from './jsonTree.ts';
import { takenIds } from './ids.ts';
import { renamingEdits, templatePaths } from './nodeNames.ts';
import { refused, type EditResult } from './result.ts';

/** Gives a node another id, and lets all that names it name it so: edges, groups, expressions. */
export function renameNode(text: string, id: string, newId: string): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const node = file.node(id);
  const path = file.pathOf(id);
  const object = path === undefined ? undefined : file.at(path);
  if (node === undefined || object === undefined) return refused(`There is no node ${id}.`);
  if (newId === id) return file.edited([], `Rename ${id}`, [id]);
  if (!isNodeId(newId))
    return refused(`“${newId}” cannot be an id: start with a letter, then use letters, digits, _ and -.`);
  if (takenIds(file.drawing).has(newId)) return refused(`The id ${newId} is taken by another node or note.`);
  const own = propertyOf(object, 'id')?.value;
  const edits: TextEdit[] = [
    ...(own === undefined
      ? addProperty(file, object, 'id', newId, { order: file.keysAt(['nodes', 0]) })
      : [replaceWith(file, own, newId)]),
    ...namesElsewhere(file, id, newId),
  ];
  return file.edited(edits, `Rename ${id} to ${newId}`, [newId]);
}

/** A node that has a stand-in for an id is named by nothing. */
function namesElsewhere(file: EditedFile, id: string, newId: string): readonly TextEdit[] {
  const newIds = new Map([[id, newId]]);
  const replaced = (node: Node | undefined): readonly TextEdit[] =>
    node?.value === id ? [replaceWith(file, node, newId)] : [];
  const ofEdges = file.drawing.edges.flatMap(({ index }) => [
    ...replaced(file.at(['edges', index, 'source'])),
    ...replaced(file.at(['edges', index, 'target'])),
  ]);
  const ofGroups = (file.at(['notes'])?.children ?? []).flatMap((note) =>
    (propertyOf(note, 'nodes')?.value.children ?? []).flatMap(replaced),
  );
  const ofExpressions = file.drawing.nodes.flatMap((node) => {
    const filled = JSON.stringify([node.config, node.step]);
    // Most can be passed over at once: they name nothing, or only others, without escapes.
    if (!filled.includes('nodes') || !(filled.includes(id) || filled.includes('\\u'))) return [];
    return templatePaths(node).flatMap((path) => editsInString(file, file.at(['nodes', node.index, ...path]), newIds));
  });
  return [...ofEdges, ...ofGroups, ...ofExpressions];
}

/** The edits of a string of the file, however it is escaped there. */
function editsInString(
  file: EditedFile,
  node: Node | undefined,
  newIds: ReadonlyMap<string, string>,
): readonly TextEdit[] {
  const value: unknown = node?.value;
  if (node === undefined || typeof value !== 'string') return [];
  const edits = renamingEdits(value, newIds);
  if (edits.length === 0) return [];
  const offsets = offsetsInJsonString(file.text.slice(node.offset, endOf(node)));
  const at = (index: number): number => node.offset + (offsets[index] ?? 0);
  return edits.map(({ start, end, text }) => ({ start: at(start), end: at(end), text }));
}
