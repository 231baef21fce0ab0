import type { NodeChange } from '@xyflow/react';

import { moveItems, setValue, type EditResult, type Point } from '../../../../core/workflow/edits/index.ts';
import { useDocument } from '../../document/documentStore.ts';
import type { FlowNode, Note } from '../flowModel.ts';
import { boxes, glide, heldItems, hold, redraw, releaseAll } from '../flowStore.ts';
import { alignmentOf } from '../alignment.ts';
import { useCanvas } from '../canvasStore.ts';
import { boundsOf, frameAround, nodeWidth, touch, type Box } from '../geometry.ts';
import { shapeOf, usedHandles } from '../shape.ts';
import { layoutGraph } from '../layout/layoutGraph.ts';
import { layouts } from '../layout/layouts.ts';
import { seenOfCanvas } from '../viewport.ts';
import { current, edit, inTurn } from './current.ts';
import { isAltHeld } from './pointer.ts';

/** Pixels of the canvas; less than the grid, so that every place of it can be taken. */
const alignReach = 5;

/** Shows what is dragged where it is dragged to; the file is written when it is dropped. A frame takes its nodes along. */
export function dragItems(changes: readonly NodeChange<FlowNode>[]): void {
  const notes = new Map(current()?.drawing.notes.map((note) => [note.id, note]));
  const all = boxes();
  const moved = new Map<string, Point>();
  const sizes = new Map<string, Note['size']>();
  for (const change of changes) {
    if (change.type === 'position' && change.position !== undefined) moved.set(change.id, change.position);
    if (
      change.type === 'dimensions' &&
      change.dimensions !== undefined &&
      change.resizing !== undefined &&
      notes.has(change.id)
    )
      sizes.set(change.id, change.dimensions);
  }
  for (const [id, place] of new Map(moved)) {
    const [frame, box] = [notes.get(id), all.get(id)];
    // Dragging an edge of a frame changes its size and not the place of its nodes.
    if (frame?.nodes === undefined || box === undefined || sizes.has(id)) continue;
    for (const member of frame.nodes) {
      const inside = all.get(member);
      if (inside !== undefined && !moved.has(member))
        moved.set(member, { x: inside.x + place.x - box.x, y: inside.y + place.y - box.y });
    }
  }
  if (sizes.size === 0) align(moved, all);
  if (moved.size + sizes.size > 0) hold(moved, sizes);
}

/** Puts what is dragged in line with what is seen around it, and shows the lines; while Alt is held it goes where it is dragged. */
function align(moved: Map<string, Point>, all: ReadonlyMap<string, Box>): void {
  if (moved.size === 0) return;
  const dragged = boundsOf(
    [...moved].flatMap(([id, place]) => {
      const box = all.get(id);
      return box === undefined ? [] : [{ ...box, ...place }];
    }),
  );
  const { guides } = useCanvas.getState();
  if (dragged === undefined || isAltHeld()) {
    if (guides.length > 0) useCanvas.setState({ guides: [] });
    return;
  }
  const frames = new Set(current()?.drawing.notes.map(({ id }) => id));
  const seen = seenOfCanvas();
  const others = [...all].flatMap(([id, box]) => (moved.has(id) || frames.has(id) || !touch(box, seen) ? [] : [box]));
  const found = alignmentOf(dragged, others, alignReach);
  for (const [id, { x, y }] of moved) moved.set(id, { x: x + found.by.x, y: y + found.by.y });
  if (guides.length + found.guides.length > 0) useCanvas.setState({ guides: found.guides });
}

/** Writes where things were dropped, as one step. */
export function dropItems(): void {
  const { places, sizes } = heldItems();
  const [moved, resized] = [new Map(places), new Map(sizes)];
  const document = current();
  releaseAll();
  useCanvas.setState({ guides: [] });
  if (document === undefined || moved.size + resized.size === 0) return;
  const from = new Map(
    [...document.drawing.nodes, ...document.drawing.notes].map(({ id, position }) => [id, position]),
  );
  for (const [id, { x, y }] of moved) {
    const before = from.get(id);
    if (before !== undefined && before.x === Math.round(x) && before.y === Math.round(y)) moved.delete(id);
  }
  if (moved.size + resized.size > 0)
    edit((text) => {
      const result = resized.size === 0 ? moveItems(text, moved) : resize(text, moved, resized);
      return result.ok ? { ...result, selected: [...document.selection] } : result;
    });
  redraw();
}

function resize(
  text: string,
  places: ReadonlyMap<string, Point>,
  sizes: ReadonlyMap<string, Note['size']>,
): EditResult {
  const edits = [...sizes].map(([id, { width, height }]) => (before: string) => {
    const size = { width: Math.round(width), height: Math.round(height) };
    return setNoteValue(before, id, 'size', size);
  });
  return inTurn(text, 'Resize note', [(before) => moveItems(before, places), ...edits]);
}

/** Sets a key of a note or group. */
export function setNoteValue(
  text: string,
  id: string,
  key: 'text' | 'size' | 'color',
  value: Parameters<typeof setValue>[2],
): EditResult {
  const index = noteIndex(text, id);
  if (index === undefined) return { ok: false, reason: `There is no note ${id} any more.` };
  return setValue(text, ['notes', index, key], value);
}

/** Where it stands in the file; `readDrawing` leaves out what has no form. */
function noteIndex(text: string, id: string): number | undefined {
  try {
    const { notes } = JSON.parse(text.replace(/^\uFEFF/, '')) as { readonly notes?: readonly unknown[] };
    const index = notes?.findIndex(
      (note) => typeof note === 'object' && note !== null && 'id' in note && note.id === id,
    );
    return index === -1 ? undefined : index;
  } catch {
    return undefined;
  }
}

/** Moves what is selected by some pixels; pressing the key again and again is one step. */
export function nudge(by: Point): void {
  const document = current();
  if (document === undefined || document.selection.size === 0) return;
  const all = boxes();
  const members = document.drawing.notes.flatMap(({ id, nodes }) => (document.selection.has(id) ? (nodes ?? []) : []));
  const ids = new Set([...document.selection, ...members]);
  const places = [...ids].flatMap((id) => {
    const box = all.get(id);
    return box === undefined ? [] : [[id, { x: box.x + by.x, y: box.y + by.y }] as const];
  });
  edit(
    (text) => {
      const result = moveItems(text, new Map(places));
      return result.ok ? { ...result, selected: [...document.selection] } : result;
    },
    { mergeKey: `nudge ${[...document.selection].join(' ')}` },
  );
}

/** Lays out what is selected, or everything, as one step; frames are drawn around their nodes again. */
export async function tidyUp(): Promise<void> {
  const document = current();
  if (document === undefined || document.drawing.nodes.length === 0) return;
  const { drawing, selection, file } = document;
  const chosen = drawing.nodes.flatMap(({ id }) => (selection.has(id) ? [id] : []));
  const only = chosen.length > 1 ? new Set(chosen) : undefined;
  const before = boxes();
  const order = document.compiled?.text === document.text ? document.compiled.order : undefined;
  const inOrder = order === undefined ? drawing : { ...drawing, nodes: ordered(drawing.nodes, order) };
  const graph = layoutGraph(inOrder, (id) => before.get(id), only);
  const places = await layouts().tidy(graph);
  const now = current();
  if (now?.file !== file || now.text !== document.text) return;
  const frames = framesAround(document, before, places);
  const moved = new Map([...places, ...[...frames].map(([id, { x, y }]) => [id, { x, y }] as const)]);
  edit((text) => {
    const sizes = [...frames].map(
      ([id, { width, height }]) =>
        (given: string) =>
          setNoteValue(given, id, 'size', { width, height }),
    );
    const result = inTurn(text, 'Tidy up', [(given) => moveItems(given, changed(moved, document)), ...sizes]);
    return result.ok ? { ...result, selected: [...selection] } : result;
  });
  glide(new Map([...before].map(([id, { x, y }]) => [id, { x, y }])));
  if (current()?.text === document.text) useDocument.getState().refuse('Everything is tidy already.');
}

function ordered(nodes: Documented['nodes'], order: readonly string[]): Documented['nodes'] {
  const places = new Map(order.map((id, index) => [id, index]));
  const placeOf = (id: string): number => places.get(id) ?? order.length;
  return nodes.toSorted((a, b) => placeOf(a.id) - placeOf(b.id));
}

type Documented = NonNullable<ReturnType<typeof current>>['drawing'];

/** What stands there already is not written again. */
function changed(
  places: ReadonlyMap<string, Point>,
  { drawing }: { readonly drawing: Documented },
): ReadonlyMap<string, Point> {
  const before = new Map([...drawing.nodes, ...drawing.notes].map(({ id, position }) => [id, position]));
  return new Map(
    [...places].filter(([id, { x, y }]) => {
      const position = before.get(id);
      return position === undefined || position.x !== x || position.y !== y;
    }),
  );
}

function framesAround(
  { drawing }: { readonly drawing: Documented },
  before: ReadonlyMap<string, Box>,
  places: ReadonlyMap<string, Point>,
): ReadonlyMap<string, Box> {
  const used = usedHandles(drawing);
  const nodes = new Map(drawing.nodes.map((node) => [node.id, node]));
  return new Map(
    drawing.notes.flatMap(({ id, nodes: members = [] }) => {
      if (!members.some((member) => places.has(member))) return [];
      const inside = members.flatMap((member): readonly Box[] => {
        const [node, place] = [nodes.get(member), places.get(member) ?? before.get(member)];
        if (node === undefined || place === undefined) return [];
        return [{ x: place.x, y: place.y, width: nodeWidth, height: shapeOf(node, used(member)).height }];
      });
      const frame = frameAround(inside);
      return frame === undefined ? [] : [[id, frame] as const];
    }),
  );
}
