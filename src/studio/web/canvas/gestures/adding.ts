import { addNode, moveItems, type EditResult, type Point } from '../../../../core/workflow/edits/index.ts';
import type { NodeType } from '../../../../core/workflow/index.ts';
import { candidates, type Ends } from '../add/candidates.ts';
import { useCanvas } from '../canvasStore.ts';
import { boxes } from '../flowStore.ts';
import { focusCanvas } from '../focus.ts';
import { columnGap, freePlace, grid, headerHeight, nodeWidth, rowGap, snapped, type Box } from '../geometry.ts';
import { shapeOf } from '../shape.ts';
import { modelOfNewNodes } from '../../properties/newNodeModels.ts';
import { canvasPoint, reveal, windowCentre, windowPoint } from '../viewport.ts';
import { reachable } from '../walk.ts';
import { current, edit, selected } from './current.ts';

/** From the upper edge of a node to its main handle. */
const handleHeight = headerHeight / 2;

/** Opens the list of node types. @param position where on the canvas the node is to stand; found by itself when undefined */
export function openQuickAdd(at: Point, ends: Ends = {}, position?: Point): void {
  useCanvas.setState({ quickAdd: { at, ends, position }, hoveredEdge: undefined });
}

/** Opens the list where the pointer is on the canvas, or in its middle, where the node then takes a free place; behind the one node that is selected, connected to it. */
export function openQuickAddByKey(pointer: Point | undefined): void {
  const ends = endsBehindSelection();
  const [id] = current()?.selection ?? [];
  const box = ends.from === undefined ? undefined : boxes().get(id ?? '');
  if (box === undefined) {
    const at = pointer ?? windowCentre();
    openQuickAdd(at, {}, pointer && placeUnder(pointer));
  } else openQuickAdd(windowPoint({ x: box.x + box.width + 16, y: box.y }), ends);
}

/** A node that begins where the pointer is: half of it to either side. */
export function placeUnder(inWindow: Point): Point {
  const { x, y } = canvasPoint(inWindow);
  return snapped({ x: x - nodeWidth / 2, y: y - handleHeight });
}

/** A node whose first handle is where the pointer is. */
export function placeAtWire(inWindow: Point, ends: Ends): Point {
  const { x, y } = canvasPoint(inWindow);
  return snapped({ x: ends.to === undefined ? x : x - nodeWidth, y: y - handleHeight });
}

/** The first output of the one node that is selected, if nothing comes after it yet. */
function endsBehindSelection(): Ends {
  const document = current();
  if (document === undefined) return {};
  const [node, ...others] = selected(document).nodes;
  if (node === undefined || others.length > 0) return {};
  const [output] = shapeOf(node, { inputs: new Set(), outputs: new Set() }).outputs;
  const isWired = document.drawing.edges.some(({ wire }) => wire.source === node.id);
  return output === undefined || isWired ? {} : { from: { source: node.id, sourceHandle: output.id } };
}

/** Adds a node without asking where: behind the selected node if it fits there, else in the middle of what is seen. */
export function addByItself(type: NodeType): void {
  const document = current();
  if (document === undefined) return;
  const ends = endsBehindSelection();
  const fits = ends.from !== undefined && candidates(document.drawing, ends).includes(type);
  add(type, fits ? ends : {}, undefined);
}

/** Adds a node, with its wires, as one step. Gives its id. */
export function add(type: NodeType, ends: Ends, position: Point | undefined): string | undefined {
  const document = current();
  if (document === undefined) return undefined;
  const place = position ?? findPlace(type, ends);
  const isDone = edit((text) => {
    const added = addNode(text, { type, ...ends, position: place, model: modelOfNewNodes(type) });
    return added.ok && ends.onEdge !== undefined ? makeRoom(added, place) : added;
  });
  useCanvas.setState({ quickAdd: undefined });
  focusCanvas();
  if (!isDone) return undefined;
  const [id] = current()?.selection ?? [];
  if (id !== undefined) reveal(id);
  return id;
}

function findPlace(type: NodeType, { from, to, onEdge }: Ends): Point {
  const all = boxes();
  const standing = [...all.values()].filter(({ height }) => height <= 400);
  const { height } = shapeOf({ known: type, type }, { inputs: new Set(), outputs: new Set() });
  const boxAt = ({ x, y }: Point): Box => ({ x, y, width: nodeWidth, height });
  const split = current()?.drawing.edges.find(({ index }) => index === onEdge)?.wire;
  const [before, behind] = [all.get(from?.source ?? split?.source ?? ''), all.get(to?.target ?? split?.target ?? '')];
  if (split !== undefined && before !== undefined && behind !== undefined) {
    const gap = behind.x - before.x - before.width;
    const x =
      gap >= nodeWidth + columnGap
        ? before.x + before.width + (gap - nodeWidth) / 2
        : before.x + before.width + columnGap;
    return snapped({ x, y: (before.y + behind.y) / 2 });
  }
  if (before !== undefined) {
    const y = before.y + rowOffset(from);
    return freePlace(standing, boxAt({ x: before.x + before.width + columnGap, y }));
  }
  if (behind !== undefined) return freePlace(standing, boxAt({ x: behind.x - nodeWidth - columnGap, y: behind.y }));
  return freePlace(standing, boxAt(placeUnder(windowCentre())));
}

/** Behind a lower handle a node stands lower, so that wires of one node do not cross. */
function rowOffset(from: Ends['from']): number {
  const node = current()?.drawing.nodes.find(({ id }) => id === from?.source);
  if (node === undefined) return 0;
  const { outputs } = shapeOf(node, { inputs: new Set(), outputs: new Set() });
  const index = outputs.findIndex(({ id }) => id === from?.sourceHandle);
  return index <= 0 ? 0 : index * (handleHeight + rowGap);
}

/** Moves what comes after a node that was put on an edge to the right, where it would lie under it. */
function makeRoom(added: EditResult & { readonly ok: true }, place: Point): EditResult {
  const document = current();
  const [id] = added.selected;
  const all = boxes();
  const isWay = (node: string): boolean => (all.get(node)?.x ?? -Infinity) >= place.x - nodeWidth / 2;
  const next = document?.drawing.edges.filter(({ wire }) => isWay(wire.target)) ?? [];
  const covered = [...all].flatMap(([other, box]) =>
    other !== id &&
    box.x < place.x + nodeWidth + columnGap &&
    place.x < box.x + box.width &&
    Math.abs(box.y - place.y) < 112
      ? [{ id: other, x: box.x }]
      : [],
  );
  const pushed = covered.filter(({ x }) => x > place.x - columnGap);
  if (pushed.length === 0) return added;
  const by = Math.ceil((place.x + nodeWidth + columnGap - Math.min(...pushed.map(({ x }) => x))) / grid) * grid;
  const moving = reachable(
    { edges: next },
    pushed.map(({ id: start }) => start),
    'after',
  );
  const places = [...moving].flatMap((node) => {
    const box = all.get(node);
    return box === undefined ? [] : [[node, { x: box.x + by, y: box.y }] as const];
  });
  const moved = moveItems(added.text, new Map(places));
  return moved.ok ? { ...added, text: moved.text } : added;
}
