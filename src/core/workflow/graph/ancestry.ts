import { incomingOf, type Graph } from './graph.ts';

/**
 * Answers whether a way of edges leads from one node to another; never from a node to itself.
 * Nodes on a cycle, and those behind one, come after nothing.
 * Every node has a bit for each node before it: 3 MB for the 5,000 nodes that a workflow may have.
 * @param order the graph's `topologicalOrder`
 */
export function createAncestry(graph: Graph, order: readonly string[]): (earlier: string, later: string) => boolean {
  const positions = new Map(order.map((id, position) => [id, position]));
  const words = (order.length + 31) >>> 5;
  const before = new Uint32Array(order.length * words);
  for (const [position, id] of order.entries()) {
    const own = position * words;
    for (const { source } of incomingOf(graph, id)) {
      const parent = positions.get(source);
      if (parent === undefined) continue;
      const ofParent = parent * words;
      // What comes before a parent has a lower number than it.
      for (let word = parent >>> 5; word >= 0; word -= 1)
        before[own + word] = (before[own + word] ?? 0) | (before[ofParent + word] ?? 0);
      before[own + (parent >>> 5)] = (before[own + (parent >>> 5)] ?? 0) | (1 << (parent & 31));
    }
  }
  return (earlier, later) => {
    const [goal, start] = [positions.get(earlier), positions.get(later)];
    if (goal === undefined || start === undefined) return false;
    return (((before[start * words + (goal >>> 5)] ?? 0) >>> (goal & 31)) & 1) === 1;
  };
}
