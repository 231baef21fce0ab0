import { registry } from '../nodes/registry.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import type { WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';

/** The edges of a workflow, and where the bodies of loops begin and end. */
export class DrawnEdges {
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly #edges: readonly WorkflowEdge[];

  constructor({ nodes, edges }: Pick<WorkflowFile, 'nodes' | 'edges'>) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
    this.#edges = edges.filter(({ source, target }) => this.nodes.has(source) && this.nodes.has(target));
  }

  /** Of a loop, the handles between which its body lies. */
  bodyOf(id: string): NodeDefinition['body'] {
    const node = this.nodes.get(id);
    const definition: NodeDefinition | undefined = node && registry[node.type];
    return definition?.body;
  }

  /** Whether an edge leads back into its loop. */
  leadsBack({ target, targetHandle }: WorkflowEdge): boolean {
    return this.bodyOf(target)?.ends === targetHandle;
  }

  /** The nodes at which the body of a loop ends; a loop among them with those of its own. */
  endsOf(loop: string, known = new Set<string>()): ReadonlySet<string> {
    for (const edge of this.to(loop)) {
      if (!this.leadsBack(edge) || known.has(edge.source)) continue;
      known.add(edge.source);
      this.endsOf(edge.source, known);
    }
    return known;
  }

  to(id: string): readonly WorkflowEdge[] {
    return this.#edges.filter((edge) => edge.target === id);
  }

  from(id: string): readonly WorkflowEdge[] {
    return this.#edges.filter((edge) => edge.source === id);
  }
}

/** The nodes from above, so that the steps of a branch, and of a loop's body, follow one another as far as they can. */
export function nodesFromAbove(edges: DrawnEdges): readonly string[] {
  const order = new Set<string>();
  const all = [...edges.nodes.keys()];
  const isReady = (id: string): boolean => before(edges, id).every((each) => order.has(each));
  // Those that became ready last come next.
  const ready = all.filter(isReady).toReversed();
  while (order.size < all.length) {
    // What lies on a cycle, which is an error, comes as it stands in the file.
    const next = ready.pop() ?? all.find((id) => !order.has(id));
    if (next === undefined) break;
    if (order.has(next)) continue;
    order.add(next);
    const following = [...new Set(reachedBy(edges, next))].filter((id) => !order.has(id) && isReady(id));
    ready.push(...following.toReversed());
  }
  return [...order];
}

/** What may come next behind a node: what its edges lead to, and what follows the loops that end with it. */
function reachedBy(edges: DrawnEdges, id: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(id)) return [];
  seen.add(id);
  return edges
    .from(id)
    .flatMap((edge) => (edges.leadsBack(edge) ? reachedBy(edges, edge.target, seen) : [edge.target]));
}

/** The nodes that a node is drawn below: behind a loop stands what follows its body. */
function before(edges: DrawnEdges, id: string): readonly string[] {
  return edges
    .to(id)
    .filter((edge) => !edges.leadsBack(edge))
    .flatMap(({ source, sourceHandle }) => {
      const body = edges.bodyOf(source);
      if (body === undefined || body.begins === sourceHandle) return [source];
      return [source, ...edges.endsOf(source)].filter((each) => each !== id);
    });
}
