import { Graph, layout as dagre } from '@dagrejs/dagre';

import type { Point } from '../../../../core/workflow/edits/index.ts';
import { boundsOf, columnGap, freePlace, nodeWidth, rowGap, snapped, type Box } from '../geometry.ts';
import { layered } from './layered.ts';

export interface LayoutNode {
  readonly id: string;
  readonly height: number;
  /** The height at which its main handles stand. Chains of nodes are straight at this line. */
  readonly line: number;
  /** Where it stands now, if it has a place. */
  readonly position?: Point;
  readonly group?: string;
}

/** Nodes in the order in which they run, edges in the order of the handles that they leave: so branches keep that order. */
export interface LayoutGraph {
  readonly nodes: readonly LayoutNode[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
}

type Places = ReadonlyMap<string, Point>;

/** dagre takes 0.3 s for so many, and seconds for a thousand. */
const mostForDagre = 250;

/** A place for every node, from left to right, branches in the order of handles. The same graph gives the same places. */
export function layoutAll(graph: LayoutGraph): Places {
  if (graph.nodes.length > mostForDagre)
    return new Map([...layered(graph)].map(([id, place]) => [id, snapped(place)] as const));
  const upright = linesOf(graph, 'UL');
  const isTurned = isTurnedOver(graph.edges, upright);
  const lines = isTurned ? linesOf(graph, 'DL') : upright;
  return new Map(
    graph.nodes.map(({ id, line }) => {
      const { x, y } = lines.get(id) ?? { x: 0, y: 0 };
      return [id, snapped({ x: x - nodeWidth / 2, y: (isTurned ? -y : y) - line })] as const;
    }),
  );
}

/** The middle of every node at the height of its main handles. @param align the side at which chains of nodes are straight */
function linesOf({ nodes, edges }: LayoutGraph, align: 'UL' | 'DL'): Places {
  const graph = new Graph({ compound: true, multigraph: false });
  graph.setGraph({ rankdir: 'LR', nodesep: rowGap - 16, edgesep: 16, ranksep: columnGap, align });
  graph.setDefaultEdgeLabel(() => ({}));
  const groups = new Set(nodes.flatMap(({ group }) => group ?? []));
  for (const group of groups) graph.setNode(groupKey(group), {});
  for (const { id, height, line, group } of nodes) {
    graph.setNode(id, { width: nodeWidth, height: 2 * Math.max(line, height - line) });
    if (group !== undefined) graph.setParent(id, groupKey(group));
  }
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { source, target } of edges)
    if (source !== target && ids.has(source) && ids.has(target)) graph.setEdge(source, target);
  dagre(graph);
  return new Map(
    nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id);
      return [id, { x, y }] as const;
    }),
  );
}

/**
 * Whether branches stand the wrong way up: a layout is as good when it is turned over, and the order of handles says which way is
 * meant.
 */
function isTurnedOver(edges: LayoutGraph['edges'], places: Places): boolean {
  const targets = new Map<string, Set<string>>();
  for (const { source, target } of edges) targets.set(source, (targets.get(source) ?? new Set()).add(target));
  let wrong = 0;
  for (const siblings of targets.values()) {
    const standing = [...siblings].flatMap((id) => places.get(id) ?? []);
    for (const [index, one] of standing.entries()) {
      const next = standing[index + 1];
      if (next !== undefined && next.x === one.x) wrong += Math.sign(one.y - next.y);
    }
  }
  return wrong > 0;
}

/** No id of a node begins so. */
function groupKey(group: string): string {
  return ` ${group}`;
}

/** Places for the nodes that have none: as the layout has them, beside those that stand somewhere already. */
export function placeMissing(graph: LayoutGraph): Places {
  const all = layoutAll(graph);
  const standing: Box[] = graph.nodes.flatMap(({ position, height }) =>
    position === undefined ? [] : [{ ...position, width: nodeWidth, height }],
  );
  if (standing.length === 0) return all;
  const neighbours = neighboursOf(graph);
  const shifts = new Map<string, Point>();
  for (const { id, position } of graph.nodes) {
    const place = all.get(id);
    if (position !== undefined && place !== undefined)
      shifts.set(id, { x: position.x - place.x, y: position.y - place.y });
  }
  const [anyShift = { x: 0, y: 0 }] = shifts.values();
  const places = new Map<string, Point>();
  for (const { id, position, height } of graph.nodes) {
    const place = all.get(id);
    if (position !== undefined || place === undefined) continue;
    const neighbour = (neighbours.get(id) ?? []).find((other) => shifts.has(other));
    const shift = shifts.get(neighbour ?? '') ?? anyShift;
    const wanted = { x: place.x + shift.x, y: place.y + shift.y, width: nodeWidth, height };
    const free = freePlace(standing, wanted);
    shifts.set(id, { x: free.x - place.x, y: free.y - place.y });
    standing.push({ ...wanted, ...free });
    places.set(id, free);
  }
  return places;
}

function neighboursOf({ edges }: LayoutGraph): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { source, target } of edges) {
    found.set(target, [...(found.get(target) ?? []), source]);
    found.set(source, [...(found.get(source) ?? []), target]);
  }
  return found;
}

/**
 * Tidy places for nodes that have some: order from top to bottom stays where the wires allow it, and the upper left corner of
 * them all stays where it is.
 */
export function tidy({ nodes, edges }: LayoutGraph): Places {
  const byHeight = nodes.toSorted((a, b) => (a.position?.y ?? 0) - (b.position?.y ?? 0));
  const rows = new Map(byHeight.map(({ id }, index) => [id, index]));
  const rowOf = (id: string): number => rows.get(id) ?? 0;
  const places = layoutAll({
    nodes: byHeight,
    edges: edges.toSorted((a, b) => rowOf(a.source) - rowOf(b.source) || rowOf(a.target) - rowOf(b.target)),
  });
  const heights = new Map(nodes.map(({ id, height }) => [id, height]));
  const boxAt = (id: string, place: Point): Box => ({ ...place, width: nodeWidth, height: heights.get(id) ?? 0 });
  const before = boundsOf(nodes.flatMap(({ id, position }) => (position === undefined ? [] : [boxAt(id, position)])));
  const after = boundsOf([...places].map(([id, place]) => boxAt(id, place)));
  const by = before && after ? snapped({ x: before.x - after.x, y: before.y - after.y }) : { x: 0, y: 0 };
  return new Map([...places].map(([id, { x, y }]) => [id, { x: x + by.x, y: y + by.y }]));
}
