import type { Drawing } from '../../../core/workflow/edits/index.ts';
import type { Box } from './geometry.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

/**
 * The node that an arrow key leads to: to the right along an edge and to the left against one, the nearest in height first; up and down
 * to the nearest node above or below.
 */
export function neighbour(
  { edges }: Pick<Drawing, 'edges'>,
  boxes: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
): string | undefined {
  const start = boxes.get(from);
  if (start === undefined) return undefined;
  if (direction === 'left' || direction === 'right') {
    const [own, other] = direction === 'right' ? (['source', 'target'] as const) : (['target', 'source'] as const);
    const linked = edges.flatMap(({ wire }) => (wire[own] === from ? [wire[other]] : []));
    return nearest(linked, boxes, (box) => Math.abs(box.y - start.y)) ?? inDirection(boxes, from, direction);
  }
  return inDirection(boxes, from, direction);
}

/** What lies in that direction: what lies far to the side counts as further away. */
function inDirection(boxes: ReadonlyMap<string, Box>, from: string, direction: Direction): string | undefined {
  const start = centre(boxes.get(from));
  const isAcross = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const ahead = (box: Box): number => sign * (isAcross ? centre(box).x - start.x : centre(box).y - start.y);
  const aside = (box: Box): number => Math.abs(isAcross ? centre(box).y - start.y : centre(box).x - start.x);
  const others = [...boxes].flatMap(([id, box]) => (id !== from && ahead(box) > 4 ? [id] : []));
  return nearest(others, boxes, (box) => ahead(box) + 3 * aside(box));
}

function centre(box: Box | undefined): { readonly x: number; readonly y: number } {
  return box === undefined ? { x: 0, y: 0 } : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

function nearest(
  ids: readonly string[],
  boxes: ReadonlyMap<string, Box>,
  distance: (box: Box) => number,
): string | undefined {
  let best: { readonly id: string; readonly far: number } | undefined;
  for (const id of ids) {
    const box = boxes.get(id);
    if (box === undefined) continue;
    const far = distance(box);
    if (best === undefined || far < best.far) best = { id, far };
  }
  return best?.id;
}

/** Everything that comes before nodes, or after them, along the edges; the nodes themselves too. */
export function reachable(
  { edges }: Pick<Drawing, 'edges'>,
  from: Iterable<string>,
  way: 'before' | 'after',
): ReadonlySet<string> {
  const [own, other] = way === 'after' ? (['source', 'target'] as const) : (['target', 'source'] as const);
  const next = new Map<string, string[]>();
  for (const { wire } of edges) {
    const list = next.get(wire[own]);
    if (list === undefined) next.set(wire[own], [wire[other]]);
    else list.push(wire[other]);
  }
  const found = new Set(from);
  for (const id of found) for (const target of next.get(id) ?? []) found.add(target);
  return found;
}

/** The nodes so that each comes after what leads to it, as far as they do not go in circles; otherwise as in the file. */
export function inOrder({ nodes, edges }: Pick<Drawing, 'nodes' | 'edges'>): readonly string[] {
  const waits = new Map(nodes.map(({ id }) => [id, 0]));
  for (const { wire } of edges) {
    const count = waits.get(wire.target);
    if (count !== undefined && waits.has(wire.source)) waits.set(wire.target, count + 1);
  }
  const targets = new Map<string, string[]>();
  for (const { wire } of edges) targets.set(wire.source, [...(targets.get(wire.source) ?? []), wire.target]);
  const ready = nodes.flatMap(({ id }) => (waits.get(id) === 0 ? [id] : []));
  for (const id of ready)
    for (const target of targets.get(id) ?? []) {
      const left = (waits.get(target) ?? 0) - 1;
      waits.set(target, left);
      if (left === 0) ready.push(target);
    }
  const sorted = new Set(ready);
  return [...ready, ...nodes.flatMap(({ id }) => (sorted.has(id) ? [] : [id]))];
}
