import type { Point } from '../../../../core/workflow/edits/index.ts';
import { columnGap, nodeWidth, rowGap } from '../geometry.ts';
import type { LayoutGraph, LayoutNode } from './layout.ts';

/** How often rows are ordered anew by what they are joined with; more changes little. */
const sweeps = 4;

type Neighbours = ReadonlyMap<string, readonly string[]>;
interface Placed {
  readonly node: LayoutNode;
  /** Where its line is. */
  y: number;
}

/**
 * Places in columns, for graphs so large that a person does not look at every wire: in a time that grows with their size, where dagre's
 * grows with its square. Each node stands one column behind the last that leads to it, at the height of those before it where there is
 * room.
 */
export function layered({ nodes, edges }: LayoutGraph): ReadonlyMap<string, Point> {
  const before = neighbours(edges, 'target', 'source');
  const behind = neighbours(edges, 'source', 'target');
  const columns = columnsOf(nodes, before);
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const isForward = sweep % 2 === 0;
    order(isForward ? columns : columns.toReversed(), isForward ? before : behind);
  }
  const lines = new Map<string, number>();
  for (const column of columns) stand(column, before, lines);
  return new Map(
    columns.flatMap((column, index) =>
      column.map(({ node: { id, line }, y }) => [id, { x: index * (nodeWidth + columnGap), y: y - line }] as const),
    ),
  );
}

function neighbours(edges: LayoutGraph['edges'], of: 'source' | 'target', other: 'source' | 'target'): Neighbours {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const known = found.get(edge[of]);
    if (known === undefined) found.set(edge[of], [edge[other]]);
    else known.push(edge[other]);
  }
  return found;
}

/** Nodes by the longest way to them; edges of a circle that lead back count for nothing. */
function columnsOf(nodes: readonly LayoutNode[], before: Neighbours): readonly Placed[][] {
  const known = new Map<string, number>();
  const ids = new Set(nodes.map(({ id }) => id));
  for (const { id } of nodes) measure(id, before, ids, known);
  const columns: Placed[][] = [];
  for (const node of nodes) (columns[known.get(node.id) ?? 0] ??= []).push({ node, y: 0 });
  return Array.from(columns, (column: Placed[] | undefined) => column ?? []);
}

/** Finds the longest way to a node, and to all before it. Chains may be longer than the stack is deep. */
function measure(start: string, before: Neighbours, ids: ReadonlySet<string>, known: Map<string, number>): void {
  const open = new Set<string>();
  const stack = [start];
  for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
    const sources = (before.get(id) ?? []).filter((each) => ids.has(each));
    const next = known.has(id) || open.has(id) ? [] : sources.filter((each) => !known.has(each) && !open.has(each));
    if (next.length > 0) {
      open.add(id);
      stack.push(...next);
      continue;
    }
    stack.pop();
    open.delete(id);
    if (!known.has(id)) known.set(id, Math.max(-1, ...sources.map((each) => known.get(each) ?? -1)) + 1);
  }
}

/** Orders each column by the rows of what it is joined with; members of a group stay together. */
function order(columns: readonly Placed[][], joined: Neighbours): void {
  const rows = new Map<string, number>();
  for (const column of columns) {
    const wanted = column.map((placed, row) => ({
      placed,
      group: placed.node.group,
      row: mean((joined.get(placed.node.id) ?? []).flatMap((each) => rows.get(each) ?? [])) ?? row,
    }));
    const ofGroups = new Map<string, number>();
    for (const { group, row } of wanted)
      if (group !== undefined) ofGroups.set(group, Math.min(row, ofGroups.get(group) ?? row));
    const keyed = wanted.map(({ placed, group, row }) => {
      return { placed, row, key: group === undefined ? row : (ofGroups.get(group) ?? row) };
    });
    keyed.sort((a, b) => a.key - b.key || a.row - b.row);
    for (const [row, { placed }] of keyed.entries()) {
      column[row] = placed;
      rows.set(placed.node.id, row);
    }
  }
}

/** Lets a column stand: each node at the mean height of those before it, below its neighbour; all of them about where they wanted. */
function stand(column: readonly Placed[], before: Neighbours, lines: Map<string, number>): void {
  let bottom = -Infinity;
  const off: number[] = [];
  for (const placed of column) {
    const { id, height, line } = placed.node;
    const least = bottom === -Infinity ? -Infinity : bottom + rowGap + line;
    const wanted = mean((before.get(id) ?? []).flatMap((each) => lines.get(each) ?? [])) ?? Math.max(0, least);
    placed.y = Math.max(wanted, least);
    off.push(placed.y - wanted);
    bottom = placed.y - line + height;
  }
  const by = mean(off) ?? 0;
  for (const placed of column) {
    placed.y -= by;
    lines.set(placed.node.id, placed.y);
  }
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
