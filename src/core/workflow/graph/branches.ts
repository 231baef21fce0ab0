import type { WorkflowEdge } from '../types.ts';
import { bodyOf, incomingOf, isStream, waysOf, type Graph } from './graph.ts';

/**
 * One decision on the way to a node.
 * - `way`: the run took way number `way` of the branching node `node`.
 * - `join`: at least one of the edges into `node` came alive, though which ones are enough is not a whole branch.
 * - `body`: the loop `node` is at one of its rounds.
 */
export type Decision =
  | { readonly kind: 'way'; readonly node: string; readonly way: number }
  | { readonly kind: 'join' | 'body'; readonly node: string };

/** The decisions, outermost first, that all have to fall so for a node to run. Empty: it runs in every run. */
export type Branch = readonly Decision[];

/**
 * For every node the branch it stands in. Expects a graph without cycles.
 * @param order the graph's `topologicalOrder`
 */
export function findBranches(graph: Graph, order: readonly string[]): ReadonlyMap<string, Branch> {
  const branches = new Map<string, Branch>();
  for (const id of order) {
    const edges = incomingOf(graph, id);
    branches.set(id, edges.length === 0 ? [] : joined(graph, branches, id, edges));
  }
  return branches;
}

/** The branch in which an edge is alive: its source's, and the way its handle belongs to. */
export function branchOfEdge(graph: Graph, branches: ReadonlyMap<string, Branch>, edge: WorkflowEdge): Branch {
  const source = branches.get(edge.source) ?? [];
  if (bodyOf(graph, edge.source)?.begins === edge.sourceHandle) return [...source, { kind: 'body', node: edge.source }];
  const way = waysOf(graph, edge.source)?.findIndex((handles) => handles.includes(edge.sourceHandle)) ?? -1;
  const branch: Branch = way < 0 ? source : [...source, { kind: 'way', node: edge.source, way }];
  return isStream(graph, edge) ? outsideOfBodies(branch) : branch;
}

export function sameDecision(a: Decision, b: Decision): boolean {
  return a.node === b.node && (a.kind === 'way' ? b.kind === 'way' && a.way === b.way : a.kind === b.kind);
}

/** The loops in whose bodies a branch lies, the outermost first. */
export function loopsAround(branch: Branch): readonly string[] {
  return branch.flatMap(({ kind, node }) => (kind === 'body' ? [node] : []));
}

/** A branch up to where the outermost loop begins: text that streams out of it is there as soon as the loop runs. */
function outsideOfBodies(branch: Branch): Branch {
  const start = branch.findIndex(({ kind }) => kind === 'body');
  return start < 0 ? branch : branch.slice(0, start);
}

/** True when whatever runs in `inner` runs only where `outer` does. */
export function isWithin(inner: Branch, outer: Branch): boolean {
  return (
    outer.length <= inner.length && outer.every((decision, index) => sameDecision(decision, inner[index] as Decision))
  );
}

/** The longest branch that holds all the given ones. */
export function commonBranch(branches: readonly Branch[]): Branch {
  const [first = [], ...others] = branches;
  let length = first.length;
  for (const other of others) {
    let same = 0;
    while (same < length && same < other.length && sameDecision(first[same] as Decision, other[same] as Decision))
      same += 1;
    length = same;
  }
  return first.slice(0, length);
}

function joined(
  graph: Graph,
  branches: ReadonlyMap<string, Branch>,
  id: string,
  edges: readonly WorkflowEdge[],
): Branch {
  const merged = waysInto(
    { graph, branches },
    edges.map((edge) => branchOfEdge(graph, branches, edge)),
  );
  const [only] = merged;
  if (merged.length === 1 && only !== undefined) return only;
  return [...commonBranch(merged), { kind: 'join', node: id }];
}

/** A graph, and the branches of its nodes as far as they are known: those of all that lead to what is asked about. */
interface Branched {
  readonly graph: Graph;
  readonly branches: ReadonlyMap<string, Branch>;
}

/**
 * The fewest branches that together stand for the given ones: those that are every way of a node are replaced by the
 * branch that node stands in, until nothing more merges. A join stands for the branches that lead into it.
 */
export function waysInto(branched: Branched, given: readonly Branch[]): readonly Branch[] {
  if (given.length < 2) return given;
  const root = new Fork();
  for (const branch of given) root.add(branch);
  do root.merge(branched.graph);
  while (root.openJoins(branched, root));
  return [...root.branches()];
}

/** Branches that begin alike, as a tree of their decisions. */
class Fork {
  /** A branch ends here, so that those that go on from here say nothing more. */
  #isEnd = false;
  /** What comes by here goes on to a join at which a branch ends. */
  #isInJoin = false;
  #isOpen = false;
  readonly #next = new Map<string, { readonly decision: Decision; readonly fork: Fork }>();

  add(branch: Branch): void {
    this.#at(branch).#isEnd = true;
  }

  /** Where a branch leads to. @param from how many of its decisions lead here. */
  #at(branch: Branch, from = 0): Fork {
    const decision = branch[from];
    if (decision === undefined) return this;
    const key = `${decision.kind === 'way' ? decision.way : decision.kind} ${decision.node}`;
    const next = this.#next.get(key) ?? { decision, fork: new Fork() };
    this.#next.set(key, next);
    return next.fork.#at(branch, from + 1);
  }

  /** Notes what leads to the joins that it ends at; false when all of that is noted. */
  openJoins(branched: Branched, root: Fork): boolean {
    let hasChanged = false;
    for (const { decision, fork } of this.#next.values()) {
      if (decision.kind === 'join' && (fork.#isEnd || fork.#isInJoin) && !fork.#isOpen) {
        fork.#isOpen = true;
        hasChanged = true;
        for (const edge of incomingOf(branched.graph, decision.node))
          root.#at(branchOfEdge(branched.graph, branched.branches, edge)).#isInJoin = true;
      }
      if (fork.openJoins(branched, root)) hasChanged = true;
    }
    return hasChanged;
  }

  /** Ends where all ways of a node are ended. Inner ways come first, because they may complete outer ones. */
  merge(graph: Graph): void {
    for (const { fork } of this.#next.values()) fork.merge(graph);
    if (this.#isEnd || ![...this.#next.values()].some(({ decision }) => this.#endsAllWays(graph, decision))) return;
    if (this.branches().next().done === true) this.#isInJoin = true;
    else this.#isEnd = true;
  }

  #endsAllWays(graph: Graph, { kind, node }: Decision): boolean {
    if (kind !== 'way') return false;
    return (waysOf(graph, node) ?? []).every((_, way) => {
      const fork = this.#next.get(`${way} ${node}`)?.fork;
      return fork !== undefined && (fork.#isEnd || fork.#isInJoin);
    });
  }

  *branches(before: Branch = []): Generator<Branch> {
    if (this.#isEnd) yield before;
    else for (const { decision, fork } of this.#next.values()) yield* fork.branches([...before, decision]);
  }
}
