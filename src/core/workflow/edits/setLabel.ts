import { EditedFile } from './editedFile.ts';
import { refused, type EditResult } from './result.ts';
import { setValue } from './setValue.ts';

/** Says what the canvas shows instead of a node's id; undefined or nothing but spaces: the id again. */
export function setLabel(text: string, id: string, label: string | undefined): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const node = file.node(id);
  if (node === undefined) return refused(`There is no node ${id}.`);
  const trimmed = label?.trim();
  const result = setValue(text, ['nodes', node.index, 'label'], trimmed === '' ? undefined : trimmed);
  return result.ok
    ? { ...result, title: trimmed ? `Label ${id}` : `Remove the label of ${id}`, selected: [id] }
    : result;
}
