import { addNote, groupNodes, ungroup, type Point } from '../../../../core/workflow/edits/index.ts';
import type { Note } from '../flowModel.ts';
import { boxes } from '../flowStore.ts';
import { frameAround, snapped } from '../geometry.ts';
import { canvasPoint, windowCentre } from '../viewport.ts';
import { current, edit, selected } from './current.ts';
import { setNoteValue } from './moving.ts';
import { beginWriting } from './naming.ts';

/** Puts an empty note onto the canvas and begins to write on it. */
export function addNoteAt(inWindow: Point | undefined): void {
  const { x, y } = canvasPoint(inWindow ?? windowCentre());
  if (!edit((text) => addNote(text, { text: '', position: snapped({ x: x - 120, y: y - 80 }) }))) return;
  const [id] = current()?.selection ?? [];
  if (id !== undefined) beginWriting(id, 'text');
}

/** Draws a frame around the selected nodes. */
export function groupSelected(): void {
  const document = current();
  if (document === undefined) return;
  const ids = selected(document).nodes.map(({ id }) => id);
  const all = boxes();
  const frame = frameAround(ids.flatMap((id) => all.get(id) ?? []));
  if (frame === undefined) return;
  const { x, y, width, height } = frame;
  if (!edit((text) => groupNodes(text, ids, { title: 'Group', position: { x, y }, size: { width, height } }))) return;
  const [id] = current()?.selection ?? [];
  if (id !== undefined) beginWriting(id, 'text');
}

/** The groups that are selected, or that the selected nodes are in. */
export function selectedGroups(): readonly Note[] {
  const document = current();
  if (document === undefined) return [];
  const { nodes, notes } = selected(document);
  const ids = new Set(nodes.map(({ id }) => id));
  const chosen = notes.filter((note) => note.nodes !== undefined);
  return chosen.length > 0
    ? chosen
    : document.drawing.notes.filter((note) => note.nodes?.some((id) => ids.has(id)) === true);
}

export function ungroupSelected(): void {
  const [group] = selectedGroups();
  if (group !== undefined) edit((text) => ungroup(text, group.id));
}

/** @param writing what is written from when the field opens until it closes is one step */
export function writeNote(id: string, words: string, writing: string): void {
  if (current()?.drawing.notes.find((note) => note.id === id)?.text === words) return;
  edit((text) => setNoteValue(text, id, 'text', words), { mergeKey: writing, isOneGesture: true });
}

export function colorNote(id: string, color: Note['color']): void {
  edit((text) => setNoteValue(text, id, 'color', color));
}
