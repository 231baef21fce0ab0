import type { Json, JsonPath } from '../json.ts';
import { forbiddenKeys } from '../parse/characters.ts';
import { describePath } from '../parse/describe.ts';
import type { TextEdit } from '../source/range.ts';
import { assign } from './assign.ts';
import { listAt } from './drawing.ts';
import { EditedFile } from './editedFile.ts';
import { addProperty, appendItems, removeEntries } from './entryEdits.ts';
import { memberAt } from './jsonTree.ts';
import { refused, type EditResult } from './result.ts';

/**
 * Sets any value of the file; what leads to it is made where it is missing.
 * @param value undefined removes what is there
 */
export function setValue(text: string, path: JsonPath, value: Json | undefined): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const title = `Change ${describePath(path, file.value).replaceAll('`', '')}`;
  if (path.length === 0) return refused('The whole file cannot be set at once.');
  if (path.some((key) => forbiddenKeys.includes(String(key)))) return refused('Such a key is not allowed.');
  const edits = value === undefined ? removal(file, path) : setting(file, path, value);
  if (edits === undefined)
    return refused(`The file has another form where ${path.join('.')} should be. Mend its text first.`);
  return file.edited(edits, title, ownerOf(file, path));
}

function removal(file: EditedFile, path: JsonPath): readonly TextEdit[] {
  const [container, node] = [file.at(path.slice(0, -1)), file.at(path)];
  return container === undefined || node === undefined ? [] : removeEntries(container, new Set([node]));
}

/** Undefined where something on the way can have no such key. */
function setting(file: EditedFile, path: JsonPath, value: Json): readonly TextEdit[] | undefined {
  const found = file.at(path);
  if (found !== undefined) return assign(file, found, value, path);
  let depth = path.length - 1;
  while (depth > 0 && file.at(path.slice(0, depth)) === undefined) depth -= 1;
  const container = file.at(path.slice(0, depth));
  const [key, ...inside] = path.slice(depth);
  const made = nested(inside, value);
  if (container === undefined || key === undefined || made === undefined) return undefined;
  if (typeof key === 'number')
    return container.type === 'array' && key === (container.children ?? []).length
      ? appendItems(file, container, [made])
      : undefined;
  if (container.type !== 'object') return undefined;
  return addProperty(file, container, key, made, { order: file.keysAt(path.slice(0, depth)) });
}

/** A value inside of objects and lists that are not there yet. */
function nested(path: JsonPath, value: Json): Json | undefined {
  const [key, ...inside] = path;
  if (key === undefined) return value;
  const inner = nested(inside, value);
  if (inner === undefined || (typeof key === 'number' && key !== 0)) return undefined;
  return typeof key === 'number' ? [inner] : { [key]: inner };
}

/** The node or note inside of which a path lies, when that keeps its id. */
function ownerOf(file: EditedFile, [list, index, key]: JsonPath): readonly string[] {
  if (key === undefined || key === 'id' || typeof index !== 'number') return [];
  if (list === 'nodes') return idOfNode(file, index);
  const note = list === 'notes' ? file.drawing.notes.filter(({ id }) => file.noteIndex(id) === index) : [];
  return note.map(({ id }) => id);
}

/** Ids that are missing or taken have stand-ins, which only the drawing knows; all others stand in the file. */
function idOfNode(file: EditedFile, index: number): readonly string[] {
  const ids = listAt(file.value, 'nodes').map((node) => memberAt(node, 'id'));
  const id = ids[index];
  if (typeof id === 'string' && id !== '' && !id.startsWith('#') && ids.indexOf(id) === index) return [id];
  return file.drawing.nodes.filter((node) => node.index === index).map((node) => node.id);
}
