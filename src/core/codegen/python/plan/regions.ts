import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { Branch, Decision } from '../../../workflow/graph/branches.ts';
import { registry } from '../../../workflow/nodes/registry.ts';

/** The nodes that stand in one branch, and below it the branches that open there. */
export interface Region {
  readonly branch: Branch;
  readonly items: Map<string, Item>;
}

/**
 * What is scheduled as one piece in a region: a node with all that its ways lead to or that its body is, or a join with all
 * that stands behind it.
 */
export interface Item {
  readonly kind: 'node' | 'join';
  readonly node: string;
  /** By way number; a join and a loop have one, 0. */
  readonly inner: Map<number, Region>;
  /** Items of the same region that wait for this one. */
  readonly next: Set<Item>;
  /** Something in it awaits. */
  awaits: boolean;
  /** Something in it answers the caller. */
  answers: boolean;
}

/** Sorts the nodes of a workflow into the branches they stand in; gives the region of what runs in every run. */
export function findRegions(checked: CheckedWorkflow, awaits: (node: string) => boolean): Region {
  const root: Region = { branch: [], items: new Map() };
  const trails = new Map<string, readonly Item[]>();
  for (const id of checked.order) {
    const trail = place(root, id, checked.branches.get(id) ?? []);
    trails.set(id, trail);
    const node = checked.graph.nodes.get(id);
    for (const item of trail) {
      item.awaits ||= awaits(id);
      item.answers ||= node !== undefined && registry[node.type].role === 'response';
    }
    for (const edge of checked.graph.incoming.get(id) ?? []) link(trails.get(edge.source) ?? [], trail);
  }
  return root;
}

/** Puts a node into its region; gives the item that holds it in each region from the root down. */
function place(root: Region, id: string, branch: Branch): readonly Item[] {
  let region = root;
  const trail: Item[] = [];
  for (const [depth, decision] of branch.entries()) {
    const item = itemFor(region, decision);
    trail.push(item);
    const way = decision.kind === 'way' ? decision.way : 0;
    let inner = item.inner.get(way);
    if (inner === undefined) {
      inner = { branch: branch.slice(0, depth + 1), items: new Map() };
      item.inner.set(way, inner);
    }
    region = inner;
  }
  const item = newItem('node', id);
  region.items.set(`node:${id}`, item);
  trail.push(item);
  return trail;
}

function itemFor(region: Region, decision: Decision): Item {
  const kind = decision.kind === 'join' ? 'join' : 'node';
  const key = `${kind}:${decision.node}`;
  let item = region.items.get(key);
  if (item === undefined) {
    item = newItem(kind, decision.node);
    region.items.set(key, item);
  }
  return item;
}

function newItem(kind: Item['kind'], node: string): Item {
  return { kind, node, inner: new Map(), next: new Set(), awaits: false, answers: false };
}

/** Records an edge in the one region where its two ends lie in different items. */
function link(source: readonly Item[], target: readonly Item[]): void {
  for (const [depth, item] of target.entries()) {
    const from = source[depth];
    if (from === undefined) return;
    if (from !== item) {
      from.next.add(item);
      return;
    }
  }
}
