import type { Drawing } from '../../../core/workflow/edits/index.ts';

/** The first node, in the order in which they run, that is not what it was; undefined when all are. */
export function changedFrom(before: Drawing, now: Drawing, order: readonly string[]): string | undefined {
  const earlier = new Map(before.nodes.map(({ id }) => [id, signature(before, id)]));
  return order.find((id) => earlier.get(id) !== signature(now, id));
}

/** What of a node decides what it does: its type, its config, and where its edges come from. Where it lies does not. */
function signature({ nodes, edges }: Drawing, id: string): string {
  const node = nodes.find((each) => each.id === id);
  const wires = edges.filter(({ wire }) => wire.target === id).map(({ wire }) => JSON.stringify(wire));
  return JSON.stringify([node?.type, node?.config, node?.disabled, wires.toSorted()]);
}
