import { takeId } from '../nodeId.ts';
import type { WorkflowNote } from '../types.ts';
import { EditedFile } from './editedFile.ts';
import { removeEntries } from './entryEdits.ts';
import { takenIds } from './ids.ts';
import { propertyOf } from './jsonTree.ts';
import { rounded } from './placement.ts';
import { refused, type EditResult, type Point } from './result.ts';

type Size = WorkflowNote['size'];

export interface NewNote {
  readonly text: string;
  readonly position: Point;
  readonly size?: Size;
  readonly color?: WorkflowNote['color'];
}

const usualSize: Size = { width: 240, height: 160 };

/** Puts a note onto the canvas. */
export function addNote(text: string, note: NewNote): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  return withNote(file, 'note', { ...note, size: note.size ?? usualSize }, 'Add note');
}

/** Puts nodes into a group; they leave the groups in which they were. */
export function groupNodes(
  text: string,
  ids: Iterable<string>,
  { title, position, size }: { readonly title: string; readonly position: Point; readonly size: Size },
): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const wanted = new Set(ids);
  const members = file.drawing.nodes.flatMap(({ id }) => (wanted.has(id) ? [id] : []));
  if (members.length === 0) return refused('Choose the nodes that the group is to have.');
  const left = (file.at(['notes'])?.children ?? []).flatMap((note) => {
    const inGroup = propertyOf(note, 'nodes')?.value;
    const leaving = (inGroup?.children ?? []).filter(({ value }) => wanted.has(String(value)));
    return inGroup === undefined ? [] : removeEntries(inGroup, new Set(leaving));
  });
  return withNote(file, 'group', { text: title, position, size, nodes: members }, 'Group nodes', left);
}

/** Removes a group; its nodes stay. */
export function ungroup(text: string, noteId: string): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const place = file.noteIndex(noteId);
  const [list, note] = [file.at(['notes']), file.at(['notes', place ?? -1])];
  const members = file.note(noteId)?.nodes;
  if (list === undefined || note === undefined || members === undefined) return refused(`There is no group ${noteId}.`);
  const there = members.filter((id) => file.node(id) !== undefined);
  return file.edited(removeEntries(list, new Set([note])), 'Ungroup nodes', there);
}

function withNote(
  file: EditedFile,
  idStem: string,
  { text, position, size, color, nodes }: Omit<WorkflowNote, 'id'>,
  title: string,
  others: Parameters<EditedFile['edited']>[0] = [],
): EditResult {
  const id = takeId(idStem, takenIds(file.drawing));
  const { x: width, y: height } = rounded({ x: size.width, y: size.height });
  const note = {
    id,
    text,
    position: { ...rounded(position) },
    size: { width, height },
    ...(color !== undefined && { color }),
    ...(nodes !== undefined && { nodes }),
  };
  const edits = file.append('notes', [note], 'broken');
  if (edits === undefined) return refused('The list of notes of this file has another form. Mend its text first.');
  return file.edited([...others, ...edits], title, [id]);
}
