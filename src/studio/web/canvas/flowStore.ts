import { create } from 'zustand';

import type { Drawing, Point } from '../../../core/workflow/edits/index.ts';
import { persistently } from '../design/later.ts';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { chosenEdges, flowEdges, flowNodes, movedNodes, type FlowEdge, type FlowNode, type Note } from './flowModel.ts';
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
  const { file, selection, selectedEdge } = current;
  const before = useFlow.getState();
  const drawing =
    heldSizes.size === 0 ? current.drawing : { ...current.drawing, notes: current.drawing.notes.map(sized) };
  // While things are dragged or chosen nothing else can have changed, and that happens with every frame.
  const last = before.file === file ? drawn.drawing : undefined;
  const isSame = last === drawing;
  if (!isSame)
    drawn = {
      drawing,
      places: new Map([...drawing.notes, ...drawing.nodes].map(({ id, position }) => [id, position])),
    };
  const { places } = drawn;
  const positionOf = (id: string): Point | undefined => held.get(id) ?? places.get(id) ?? placesOf(file).get(id);
  const isMissing = !isSame && drawing.nodes.some(({ id }) => positionOf(id) === undefined);
  if (isMissing) void arrive(layOut(current, positionOf));
  // A file that was opened just now appears at once and whole.
  if (isMissing && before.file !== file) return;
  const shown = { drawing, selection, selectedEdge, positionOf };
  useFlow.setState({
    file,
    nodes: isSame ? movedNodes(shown, before.nodes) : flowNodes(shown, before.nodes, last),
    edges: isSame ? chosenEdges(shown, before.edges) : flowEdges(shown, before.edges, last),
  });
}

/** What was drawn last, and where the file says that its items are. */
let drawn: { readonly drawing: Drawing | undefined; readonly places: ReadonlyMap<string, Point | undefined> } = {
  drawing: undefined,
  places: new Map(),
};

function sized(note: Note): Note {
  const size = heldSizes.get(note.id);
  return size === undefined ? note : { ...note, size };
}

/** What is on its way to a place. */
const arriving = new Set<Promise<void>>();

async function arrive(way: Promise<void>): Promise<void> {
  arriving.add(way);
  try {
    await way;
  } finally {
    arriving.delete(way);
  }
}

/** Waits until everything stands where it is to be; gives whether anything did not. */
export async function arrived(): Promise<boolean> {
  const hasWays = arriving.size > 0;
  while (arriving.size > 0) await Promise.all(arriving);
  return hasWays;
}

/** So many are laid out in some 20 ms, which a worker takes longer to start. */
const mostInPage = 40;

async function layOut({ file, drawing }: OpenDocument, positionOf: (id: string) => Point | undefined): Promise<void> {
  const graph = layoutGraph(drawing, positionOf);
  const found =
    graph.nodes.length <= mostInPage
      ? (await persistently(async () => import('./layout/layout.ts'))).placeMissing(graph)
      : await layouts().placeMissing(graph);
  const places = placesOf(file);
  for (const [id, place] of found) if (!places.has(id)) places.set(id, place);
  drawn = { ...drawn, drawing: undefined };
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
let glides = 0;

export function isGliding(): boolean {
  return glides > 0;
}

/** Lets items move from where they were to where they are now, so that the eye can follow. */
export function glide(from: ReadonlyMap<string, Point>): void {
  void arrive(gliding(from));
}

async function gliding(from: ReadonlyMap<string, Point>): Promise<void> {
  const isStill =
    matchMedia('(prefers-reduced-motion: reduce)').matches || document.documentElement.dataset['motion'] === 'off';
  const now = boxes();
  const ways = [...from].flatMap(([id, start]) => {
    const end = now.get(id);
    return end === undefined || (end.x === start.x && end.y === start.y) ? [] : [{ id, start, end }];
  });
  if (isStill || ways.length === 0) return;
  const began = performance.now();
  glides += 1;
  for (let part = 0; part < 1;) {
    const eased = 1 - (1 - part) ** 3;
    hold(
      ways.map(({ id, start, end }) => [
        id,
        { x: start.x + (end.x - start.x) * eased, y: start.y + (end.y - start.y) * eased },
      ]),
    );
    const time = await new Promise<number>(requestAnimationFrame);
    part = Math.min(1, Math.max(0, (time - began) / glideMs));
  }
  glides -= 1;
  for (const { id } of ways) held.delete(id);
  redraw();
}
