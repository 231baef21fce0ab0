import { incomingOf, topologicalOrder, type Graph } from './graph.ts';

/**
 * Answers whether a way of edges leads from one node to another; never from a node to itself.
 * Nodes on a cycle, and those behind one, come after nothing.
 * A question walks back only as far as the earlier node could be, so questions about near nodes cost little in large graphs.
 */
export function createAncestry(graph: Graph): (earlier: string, later: string) => boolean {
  const order = topologicalOrder(graph);
  const positions = new Map(order.map((id, position) => [id, position]));
  const parents = order.map((id) => incomingOf(graph, id).map((edge) => positions.get(edge.source) ?? -1));
  // The number of the question in which a node was last seen.
  const seen = new Int32Array(order.length);
  let question = 0;
  return (earlier, later) => {
    const [goal, start] = [positions.get(earlier), positions.get(later)];
    if (goal === undefined || start === undefined || goal >= start) return false;
    question += 1;
    const stack = [start];
    for (let position = stack.pop(); position !== undefined; position = stack.pop()) {
      for (const parent of parents[position] ?? []) {
        if (parent === goal) return true;
        if (parent < goal || seen[parent] === question) continue;
        seen[parent] = question;
        stack.push(parent);
      }
    }
    return false;
  };
}
