import { outputsOf } from '../nodes/handles.ts';
import { registry } from '../nodes/registry.ts';
import type { WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';
import { Lanes } from './lanes.ts';
import { DrawnEdges, nodesFromAbove } from './order.ts';

/** Where a lane leads: to a node, back into a loop, or on from a loop once its body is drawn. */
interface Target {
  readonly kind: 'node' | 'back' | 'behind';
  readonly id: string;
}

interface Line {
  readonly drawn: string;
  readonly node?: WorkflowNode;
}

/**
 * A workflow drawn in text, from above: a line for each node, with its type and the ways that lead to it; branches and the bodies
 * of loops run beside each other.
 */
export function pictureOf(file: Pick<WorkflowFile, 'nodes' | 'edges'>): string {
  const edges = new DrawnEdges(file);
  const rows = new Drawing(edges).lines().map(({ drawn, node }) => ({
    name: node === undefined ? drawn : `${drawn} ${node.id}`,
    type: node === undefined ? '' : registry[node.type].name,
    ways: node === undefined ? '' : waysTo(edges, node.id),
  }));
  const [names, types] = [rows.map(({ name }) => name.length), rows.map(({ type }) => type.length)];
  return rows
    .map(({ name, type, ways }) =>
      [name.padEnd(Math.max(0, ...names)), type.padEnd(Math.max(0, ...types)), ways].join('  ').trimEnd(),
    )
    .join('\n');
}

class Drawing {
  readonly #edges: DrawnEdges;
  readonly #lanes = new Lanes<Target>();
  readonly #lines: Line[] = [];

  constructor(edges: DrawnEdges) {
    this.#edges = edges;
  }

  lines(): readonly Line[] {
    for (const id of nodesFromAbove(this.#edges)) this.#draw(id);
    for (const id of this.#edges.nodes.keys()) this.#endBody(id);
    return this.#lines;
  }

  #draw(id: string): void {
    for (const { source, sourceHandle } of this.#edges.to(id))
      if (this.#edges.bodyOf(source)?.begins !== sourceHandle) this.#endBody(source);
    const [first, ...others] = this.#placesOf('node', id);
    const place = first ?? this.#lanes.begin({ kind: 'node', id });
    this.#join(place, others);
    const node = this.#edges.nodes.get(id);
    this.#lines.push({ drawn: this.#lanes.row(place, '●'), ...(node && { node }) });
    const body = this.#edges.bodyOf(id);
    const inside = this.#targets(this.#edges.from(id).filter((edge) => edge.sourceHandle === body?.begins));
    this.#part(place, body === undefined ? this.#targets(this.#edges.from(id)) : [{ kind: 'behind', id }, ...inside]);
  }

  /** Lets a loop go on behind its body. */
  #endBody(loop: string): void {
    const [place] = this.#placesOf('behind', loop);
    if (place === undefined) return;
    // A loop may be the end of another one's body.
    for (const edge of this.#edges.to(loop))
      if (this.#edges.leadsBack(edge) && edge.source !== loop) this.#endBody(edge.source);
    this.#join(place, this.#placesOf('back', loop), '◂');
    const { begins } = this.#edges.bodyOf(loop) ?? {};
    this.#part(place, this.#targets(this.#edges.from(loop).filter((edge) => edge.sourceHandle !== begins)));
  }

  #join(place: number, others: readonly number[], arrow?: string): void {
    if (others.length > 0) this.#lines.push({ drawn: this.#lanes.turn(place, others, '╯', arrow) });
    for (const other of others) this.#lanes.set(other, undefined);
  }

  /** The first of them goes straight on. */
  #part(place: number, [ahead, ...beside]: readonly Target[]): void {
    this.#lanes.set(place, ahead);
    if (beside.length === 0) return;
    const places = beside.map((target) => this.#lanes.begin(target, place));
    this.#lines.push({ drawn: this.#lanes.turn(place, places, '╮') });
  }

  /** What edges lead to, each once. */
  #targets(edges: readonly WorkflowEdge[]): readonly Target[] {
    const targets = edges.map((edge): Target => ({
      kind: this.#edges.leadsBack(edge) ? 'back' : 'node',
      id: edge.target,
    }));
    return [...new Map(targets.map((target) => [`${target.kind} ${target.id}`, target])).values()];
  }

  #placesOf(kind: Target['kind'], id: string): readonly number[] {
    return this.#lanes.placesOf((target) => target.kind === kind && target.id === id);
  }
}

/** `is_urgent: true`: the ways that lead to a node, but for those of a result or of its text as it arrives. */
function waysTo(edges: DrawnEdges, id: string): string {
  const ways = edges.to(id).flatMap((edge) => {
    const from = edges.nodes.get(edge.source);
    const handle = from && outputsOf(from).find((each) => each.id === edge.sourceHandle);
    const isPlain = edge.sourceHandle === 'output' || handle?.type === 'stream' || edges.leadsBack(edge);
    return isPlain ? [] : [`${edge.source}: ${edge.sourceHandle}`];
  });
  return [...new Set(ways)].join(', ');
}
