import type { PathExpression } from '../expressions/syntax.ts';
import type { WorkflowEdge } from '../types.ts';
import { branchOfEdge, loopsAround, type Branch } from './branches.ts';
import { bodyOf, incomingOf, type Graph } from './graph.ts';

/** What keeps the body of a loop from being steps of its own, with one beginning and one end. */
export type LoopFault =
  /** Nothing leads into the result. */
  | { readonly kind: 'open'; readonly loop: string }
  /** A further edge leads into the result. */
  | { readonly kind: 'secondResult'; readonly loop: string; readonly edge: WorkflowEdge; readonly first: WorkflowEdge }
  /** The edge into the result does not come from the body. */
  | { readonly kind: 'foreignResult'; readonly loop: string; readonly edge: WorkflowEdge }
  /** A node waits for one that is inside of a body, and for one that is not. */
  | { readonly kind: 'mixed'; readonly loop: string; readonly inside: WorkflowEdge; readonly outside: WorkflowEdge };

/** @param branches those of the nodes that runs reach */
export function loopFaults(graph: Graph, branches: ReadonlyMap<string, Branch>): readonly LoopFault[] {
  return [...branches].flatMap(([id, branch]) => [
    ...mixedEdges(graph, branches, id),
    ...(bodyOf(graph, id) === undefined ? [] : resultFaults(graph, branches, id, branch)),
  ]);
}

/** Further edges into the results of loops, whether runs reach these or not. */
export function secondResults(graph: Graph): readonly LoopFault[] {
  return [...graph.results].flatMap(([loop, [first, edge]]) =>
    first === undefined || edge === undefined ? [] : [{ kind: 'secondResult', loop, edge, first }],
  );
}

function mixedEdges(graph: Graph, branches: ReadonlyMap<string, Branch>, id: string): readonly LoopFault[] {
  const edges = incomingOf(graph, id).map((edge) => ({
    edge,
    loops: loopsAround(branchOfEdge(graph, branches, edge)),
  }));
  const [deepest] = edges.toSorted((a, b) => b.loops.length - a.loops.length);
  const other = edges.find(({ loops }) => !isSameList(loops, deepest?.loops ?? []));
  if (deepest === undefined || other === undefined) return [];
  const loop = deepest.loops.find((each, depth) => other.loops[depth] !== each) ?? '';
  return [{ kind: 'mixed', loop, inside: deepest.edge, outside: other.edge }];
}

function resultFaults(
  graph: Graph,
  branches: ReadonlyMap<string, Branch>,
  loop: string,
  branch: Branch,
): readonly LoopFault[] {
  const edge = resultEdge(graph, loop);
  if (edge === undefined) return [{ kind: 'open', loop }];
  const from = loopsAround(branchOfEdge(graph, branches, edge));
  const isOwn = branches.has(edge.source) && isSameList(from, [...loopsAround(branch), loop]);
  return isOwn ? [] : [{ kind: 'foreignResult', loop, edge }];
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}

/** The edge at which the body of a loop ends; undefined at all other nodes. */
export function resultEdge(graph: Graph, loop: string): WorkflowEdge | undefined {
  return graph.results.get(loop)?.[0];
}

/**
 * Whether callers who listen to a run hear of a loop's rounds. What is part of a round of another loop arrives with that, and
 * where nobody can listen nothing is told.
 */
export function tellsRounds(stream: 'auto' | 'always' | 'never', branch: Branch): boolean {
  return stream !== 'never' && loopsAround(branch).length === 0;
}

/** What a loop takes for its result after each round, as an expression would read it. */
export function resultPath({ source, sourceHandle }: WorkflowEdge): PathExpression {
  const span = { start: 0, end: 0 };
  return { kind: 'path', root: 'nodes', segments: [source, sourceHandle].map((key) => ({ key, span })), span };
}
