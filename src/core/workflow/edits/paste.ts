import { counted } from '../diagnostics/entry.ts';
import type { Json } from '../json.ts';
import { idFrom, isNodeId, takeId } from '../nodeId.ts';
import { readClipboard } from './clipboard.ts';
import { clippingOf, type Clipping } from './copyItems.ts';
import { drawingOf, edgeOf, type Drawing, type DrawnEdge, type DrawnNode } from './drawing.ts';
import { EditedFile } from './editedFile.ts';
import { idOfType, takenIds } from './ids.ts';
import { isObject } from './jsonTree.ts';
import { withNewIds } from './nodeNames.ts';
import { rounded } from './placement.ts';
import { refused, type EditResult, type Point, type Wire } from './result.ts';
import { whyNotConnect } from './wires.ts';

export interface PasteOptions {
  /** Where the upper left corner of what is pasted comes to stand. */
  readonly at?: Point;
  /** Also edges to nodes that are not among the pasted, where the file has them and they are legal. */
  readonly keepWires?: boolean;
}

/** How far a copy stands from its original. */
const offset: Point = { x: 40, y: 40 };

/** Puts nodes, notes and edges from the clipboard into the file, under ids that are free. */
export function paste(text: string, clipboard: string, options: PasteOptions = {}): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const clipping = readClipboard(clipboard);
  return 'ok' in clipping ? clipping : pasted(file, clipping, options, 'Paste');
}

/** Copies nodes and notes beside themselves, with the edges between them. */
export function duplicate(text: string, ids: Iterable<string>): EditResult {
  const file = EditedFile.open(text);
  if (!(file instanceof EditedFile)) return file;
  const clipping = clippingOf(file, new Set(ids));
  if (clipping.nodes.length + clipping.notes.length === 0) return refused('Choose what is to be duplicated.');
  return pasted(file, clipping, {}, 'Duplicate');
}

function pasted(file: EditedFile, clipping: Clipping, options: PasteOptions, verb: string): EditResult {
  const value: Json = { nodes: clipping.nodes, edges: clipping.edges, notes: clipping.notes };
  const drawing = drawingOf(value);
  const taken = takenIds(file.drawing);
  const newIds = new Map(drawing.nodes.map((node) => [node.id, takeId(goodId(node), taken)]));
  const noteIds = new Map(
    drawing.notes.map(({ id, nodes }) => [id, takeId(isNodeId(id) ? id : nodes ? 'group' : 'note', taken)]),
  );
  const move = shift(file.drawing, drawing, options.at);
  const nodes = drawing.nodes.map((node) => copyOf(clipping.nodes[node.index], node, newIds, move));
  const notes = drawing.notes.map(({ nodes: members, position, ...note }) => {
    const kept = members?.flatMap((id) => newIds.get(id) ?? []);
    return { ...note, id: noteIds.get(note.id) ?? note.id, position: move(position), ...(kept && { nodes: kept }) };
  });
  const wires = wiresOf(file.drawing, drawing, newIds, options.keepWires === true);
  const edits = [
    file.append('nodes', nodes, 'broken'),
    file.append('edges', wires.map(edgeOf)),
    file.append('notes', notes as readonly Json[], 'broken'),
  ];
  if (edits.includes(undefined))
    return refused('The lists of nodes, edges or notes of this file have another form. Mend its text first.');
  const selected = [...newIds.values(), ...noteIds.values()];
  const what = nodes.length > 0 ? counted(nodes.length, 'node') : counted(notes.length, 'note');
  return file.edited(
    edits.flatMap((some) => some ?? []),
    `${verb} ${what}`,
    selected,
  );
}

function goodId({ id, known, type }: DrawnNode): string {
  if (isNodeId(id)) return id;
  return known === undefined ? idFrom(type, 'node') : idOfType(known);
}

function copyOf(
  original: Json | undefined,
  node: DrawnNode,
  newIds: ReadonlyMap<string, string>,
  move: (position: Point) => { readonly x: number; readonly y: number },
): Json {
  const copy = isObject(original) ? original : {};
  const { config, step } = withNewIds(node, newIds);
  return {
    id: newIds.get(node.id) ?? node.id,
    ...Object.fromEntries(Object.entries(copy).filter(([key]) => key !== 'id')),
    ...(node.position !== undefined && { position: move(node.position) }),
    ...(isObject(copy['config']) && { config }),
    ...(step !== undefined && { step }),
  };
}

/** Moves what is pasted to where it is wanted, or where nothing stands in quite the same place. */
function shift(file: Drawing, added: Drawing, at: Point | undefined) {
  const places = [...added.nodes, ...added.notes].flatMap(({ position }) => position ?? []);
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const isTaken = (by: Point): boolean =>
    file.nodes.some((node) =>
      added.nodes.some(
        ({ position }) =>
          position !== undefined && node.position?.x === position.x + by.x && node.position.y === position.y + by.y,
      ),
    );
  let by: Point = at === undefined ? { x: 0, y: 0 } : { x: at.x - left, y: at.y - top };
  while (isTaken(by)) by = { x: by.x + offset.x, y: by.y + offset.y };
  return ({ x, y }: Point) => ({ ...rounded({ x: x + by.x, y: y + by.y }) });
}

/** The edges of what is pasted, with its new ids. */
function wiresOf(
  file: Drawing,
  added: Drawing,
  newIds: ReadonlyMap<string, string>,
  keepsOthers: boolean,
): readonly Wire[] {
  const pastedNodes = added.nodes.map((node) => ({ ...node, id: newIds.get(node.id) ?? node.id }));
  const nodes = [...file.nodes, ...pastedNodes];
  const edges: DrawnEdge[] = [...file.edges];
  const wires: Wire[] = [];
  for (const { wire } of added.edges) {
    const [source, target] = [newIds.get(wire.source), newIds.get(wire.target)];
    const isInside = source !== undefined && target !== undefined;
    if (!isInside && (!keepsOthers || (source === undefined && target === undefined))) continue;
    const renamed = { ...wire, source: source ?? wire.source, target: target ?? wire.target };
    if (!isInside && whyNotConnect({ ...file, nodes, edges }, renamed) !== undefined) continue;
    edges.push({ index: -1 - edges.length, wire: renamed });
    wires.push(renamed);
  }
  return wires;
}
