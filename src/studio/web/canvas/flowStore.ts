import { create } from 'zustand';

import type { DrawnNode, Point } from '../../../core/workflow/edits/index.ts';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { flowEdges, flowNodes, type FlowEdge, type FlowNode, type Note } from './flowModel.ts';
import type { Box } from './geometry.ts';
import { layoutGraph } from './layout/layoutGraph.ts';
import { layouts } from './layout/layouts.ts';

interface FlowState {
  /** The file that is drawn, once everything of it has a place. */
  readonly file: string | undefined;
  readonly nodes: FlowNode[];
  readonly edges: FlowEdge[];
}

/** What React Flow draws: made of the document, with what is being dragged where it is dragged to. */
export const useFlow = create<FlowState>()(() => ({ file: undefined, nodes: [], edges: [] }));

/** By file, places of nodes that have none in it. They stay until the file has one, whatever happens around them. */
const laidOut = new Map<string, Map<string, Point>>();
/** Where things are while they move and the file does not say so yet. */
const held = new Map<string, Point>();
/** Sizes of notes while they are changed. */
const heldSizes = new Map<string, Note['size']>();

function placesOf(file: string): Map<string, Point> {
  const places = laidOut.get(file) ?? new Map<string, Point>();
  laidOut.set(file, places);
  return places;
}

/** Keeps what is drawn in step with the open document, until the function that it gives is called. */
export function followDocument(): () => void {
  let last: OpenDocument | undefined;
  const follow = (): void => {
    const { current } = useDocument.getState();
    const isSame =
      current?.file === last?.file &&
      current?.drawing === last?.drawing &&
      current?.selection === last?.selection &&
      current?.selectedEdge === last?.selectedEdge;
    if (isSame) return;
    if (current?.file !== last?.file) releaseAll();
    last = current;
    redraw();
  };
  redraw();
  last = useDocument.getState().current;
  return useDocument.subscribe(follow);
}

/** Draws the document anew, as far as it changed. */
export function redraw(): void {
  const { current } = useDocument.getState();
  if (current === undefined) return;
  const missing = current.drawing.nodes.some((node) => placeOf(current.file, node) === undefined);
  if (missing) void layOut(current);
  const before = useFlow.getState();
  // A file that was opened just now appears at once and whole.
  if (missing && before.file !== current.file) return;
  const { selection, selectedEdge } = current;
  const drawing =
    heldSizes.size === 0 ? current.drawing : { ...current.drawing, notes: current.drawing.notes.map(sized) };
  const shown = {
    drawing,
    selection,
    selectedEdge,
    positionOf: (item: DrawnNode | Note) => placeOf(current.file, item),
  };
  useFlow.setState({
    file: current.file,
    nodes: flowNodes(shown, before.nodes),
    edges: flowEdges(shown, before.edges),
  });
}

function sized(note: Note): Note {
  const size = heldSizes.get(note.id);
  return size === undefined ? note : { ...note, size };
}

function placeOf(file: string, { id, position }: DrawnNode | Note): Point | undefined {
  return held.get(id) ?? position ?? placesOf(file).get(id);
}

async function layOut({ file, drawing }: OpenDocument): Promise<void> {
  const byId = new Map(drawing.nodes.map((node) => [node.id, node]));
  const graph = layoutGraph(drawing, (id) => {
    const node = byId.get(id);
    return node && placeOf(file, node);
  });
  const found = await layouts().placeMissing(graph);
  const places = placesOf(file);
  for (const [id, place] of found) if (!places.has(id)) places.set(id, place);
  if (useDocument.getState().current?.file === file) redraw();
}

/** A node keeps its place when its id is another. */
export function carryPlace(id: string, newId: string): void {
  const { current } = useDocument.getState();
  const place = current && placesOf(current.file).get(id);
  if (current !== undefined && place !== undefined) placesOf(current.file).set(newId, place);
}

/** Shows items elsewhere without writing it. */
export function hold(
  places: Iterable<readonly [string, Point]>,
  sizes: Iterable<readonly [string, Note['size']]> = [],
): void {
  for (const [id, place] of places) held.set(id, place);
  for (const [id, size] of sizes) heldSizes.set(id, size);
  redraw();
}

/** What is shown elsewhere than the file says. */
export function heldItems(): {
  readonly places: ReadonlyMap<string, Point>;
  readonly sizes: ReadonlyMap<string, Note['size']>;
} {
  return { places: held, sizes: heldSizes };
}

/** Ends what `hold` began: everything stands where the file says. */
export function releaseAll(): void {
  held.clear();
  heldSizes.clear();
}

/** The places and sizes of nodes and notes as they are shown. */
export function boxes(): ReadonlyMap<string, Box> {
  return new Map(
    useFlow
      .getState()
      .nodes.map(({ id, position, width = 0, height = 0 }) => [id, { ...position, width, height }] as const),
  );
}

const glideMs = 240;

/** Lets items move from where they were to where they are now, so that the eye can follow. */
export function glide(from: ReadonlyMap<string, Point>): void {
  const isStill =
    matchMedia('(prefers-reduced-motion: reduce)').matches || document.documentElement.dataset['motion'] === 'off';
  const now = boxes();
  const ways = [...from].flatMap(([id, start]) => {
    const end = now.get(id);
    return end === undefined || (end.x === start.x && end.y === start.y) ? [] : [{ id, start, end }];
  });
  if (isStill || ways.length === 0) return;
  const began = performance.now();
  const step = (time: number): void => {
    const part = Math.min(1, Math.max(0, (time - began) / glideMs));
    const eased = 1 - (1 - part) ** 3;
    for (const { id } of ways) held.delete(id);
    if (part < 1) {
      hold(
        ways.map(({ id, start, end }) => [
          id,
          { x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * eased },
        ]),
      );
      requestAnimationFrame(step);
    } else redraw();
  };
  step(began);
}
