import { handlesErrors, outputsOf } from '../nodes/handles.ts';
import type { WorkflowNode } from '../types.ts';
import { branchOfEdge, isWithin, waysInto, type Branch } from './branches.ts';
import { bodyOf, incomingOf, waysOf, type Graph } from './graph.ts';

interface Branched {
  readonly graph: Graph;
  readonly branches: ReadonlyMap<string, Branch>;
}

/**
 * The branches in which a value is there: the node's own; for a value that only one way of the node carries, that way; and those
 * of all ways but the last of a node that may fail and go on. None when nothing is connected to the handle of such a value, so
 * that no branch stands for it, or when no run reaches the node.
 */
export function branchesOfValue({ graph, branches }: Branched, node: WorkflowNode, handle: string): readonly Branch[] {
  const branch = branches.get(node.id);
  if (branch === undefined) return [];
  if (bodyOf(graph, node.id)?.inside.includes(handle)) return [bodyBranch(node.id, branch)];
  const ways = waysOf(graph, node.id) ?? [];
  const inWay = (way: number): Branch => [...branch, { kind: 'way', node: node.id, way }];
  if (isConditional(node, handle)) {
    const way = ways.findIndex((handles) => handles.includes(handle));
    return way < 0 ? [] : [inWay(way)];
  }
  return handlesErrors(node) ? ways.slice(0, -1).map((_, way) => inWay(way)) : [branch];
}

/** The branch in which a node reads values of some branches: a loop may read what its body leaves. */
export function branchOfReader({ graph, branches }: Branched, reader: string, read: readonly Branch[]): Branch {
  const branch = branches.get(reader) ?? [];
  if (bodyOf(graph, reader) === undefined) return branch;
  const inside = bodyBranch(reader, branch);
  return read.some((each) => isWithin(each, inside)) ? inside : branch;
}

function bodyBranch(loop: string, around: Branch): Branch {
  return [...around, { kind: 'body', node: loop }];
}

export function isConditional(node: WorkflowNode, handle: string): boolean {
  return outputsOf(node).find(({ id }) => id === handle)?.type === 'conditional';
}

/** Whether one of some branches is taken wherever a reader runs. */
export function isCertainIn(branched: Branched, reader: Branch, needed: readonly Branch[]): boolean {
  return waysInto(branched, needed).some((branch) => isWithin(reader, branch));
}

/**
 * Whether at least one of some branches is taken wherever a reader runs: as `isCertainIn`, or because each of the ways that meet
 * before it lies in one of them.
 */
export function isCoveredIn({ graph, branches }: Branched, reader: Branch, needed: readonly Branch[]): boolean {
  const known = new Map<string, boolean>();
  const isCovered = (branch: Branch): boolean =>
    isCertainIn({ graph, branches }, branch, needed) ||
    branch.some((decision) => decision.kind === 'join' && isJoinCovered(decision.node));
  const isJoinCovered = (node: string): boolean => {
    const found = known.get(node);
    if (found !== undefined) return found;
    const covered = incomingOf(graph, node).every((edge) => isCovered(branchOfEdge(graph, branches, edge)));
    known.set(node, covered);
    return covered;
  };
  return isCovered(reader);
}
