import type { BodyDefinition, Handle, NodeDefinition } from '../nodes/definition.ts';
import { handlesErrors, outputsOf } from '../nodes/handles.ts';
import { registry } from '../nodes/registry.ts';
import type { WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';
import { NodeTable } from './nodeTable.ts';

/** A workflow's nodes and edges, ready to be walked. Edges whose ends do not exist are left out. */
export interface Graph {
  readonly nodes: NodeTable;
  /** Edges by the node they reach, in file order. */
  readonly incoming: ReadonlyMap<string, readonly WorkflowEdge[]>;
  /** Edges by the node they leave, in file order. */
  readonly outgoing: ReadonlyMap<string, readonly WorkflowEdge[]>;
  /** The output handles from which an edge leaves, by node. */
  readonly connected: ReadonlyMap<string, ReadonlySet<string>>;
  /** The nodes that are offered as tools, by the node whose model may call them; their edges are in neither map. */
  readonly tools: ReadonlyMap<string, readonly string[]>;
  /** The edges at which the bodies of loops end, by the loop; they lead back, and are in neither map. */
  readonly results: ReadonlyMap<string, readonly WorkflowEdge[]>;
}

export function buildGraph(file: Pick<WorkflowFile, 'nodes' | 'edges'>): Graph {
  const nodes = NodeTable.of(file.nodes);
  const incoming = new Map<string, WorkflowEdge[]>(file.nodes.map((node) => [node.id, []]));
  const outgoing = new Map<string, WorkflowEdge[]>(file.nodes.map((node) => [node.id, []]));
  const connected = new Map<string, Set<string>>();
  const tools = new Map<string, string[]>();
  const results = new Map<string, WorkflowEdge[]>();
  for (const edge of file.edges) {
    const target = nodes.get(edge.target);
    if (!nodes.has(edge.source) || target === undefined) continue;
    if (isToolHandle(target, edge.targetHandle)) {
      const offered = tools.get(edge.source);
      if (offered === undefined) tools.set(edge.source, [edge.target]);
      else offered.push(edge.target);
      continue;
    }
    if (definitionOf(target).body?.ends === edge.targetHandle)
      results.set(edge.target, [...(results.get(edge.target) ?? []), edge]);
    else {
      incoming.get(edge.target)?.push(edge);
      outgoing.get(edge.source)?.push(edge);
    }
    const handles = connected.get(edge.source);
    if (handles === undefined) connected.set(edge.source, new Set([edge.sourceHandle]));
    else handles.add(edge.sourceHandle);
  }
  return { nodes, incoming, outgoing, connected, tools, results };
}

function isToolHandle(node: WorkflowNode, handle: string): boolean {
  const inputs: readonly Handle[] = registry[node.type].inputs;
  return inputs.some(({ id, offers }) => id === handle && offers === 'tool');
}

function definitionOf(node: WorkflowNode): NodeDefinition {
  return registry[node.type];
}

/** Of a loop, where its body begins and ends. */
export function bodyOf(graph: Graph, id: string): BodyDefinition | undefined {
  const node = graph.nodes.get(id);
  return node && definitionOf(node).body;
}

/** Whether an edge carries text as it arrives. */
export function isStream(graph: Graph, { source, sourceHandle }: WorkflowEdge): boolean {
  const node = graph.nodes.get(source);
  return node !== undefined && outputsOf(node).some(({ id, type }) => id === sourceHandle && type === 'stream');
}

/** The nodes that run only when a model calls them. */
export function toolNodes(graph: Graph): ReadonlySet<string> {
  return new Set([...graph.tools.values()].flat());
}

export function incomingOf(graph: Graph, id: string): readonly WorkflowEdge[] {
  return graph.incoming.get(id) ?? [];
}

export function outgoingOf(graph: Graph, id: string): readonly WorkflowEdge[] {
  return graph.outgoing.get(id) ?? [];
}

/**
 * The nodes so that every edge points forward; among those that could come next, the one first in the file comes first.
 * Nodes on a cycle, and those behind one, are left out, and so are nodes that only a model calls.
 */
export function topologicalOrder(graph: Graph): readonly string[] {
  const tools = toolNodes(graph);
  const position = new Map([...graph.nodes.keys()].map((id, index) => [id, index]));
  const waiting = new Map([...graph.nodes.keys()].map((id) => [id, incomingOf(graph, id).length]));
  const ready = new MinHeap(
    [...graph.nodes.keys()].filter((id) => waiting.get(id) === 0 && !tools.has(id)).map((id) => position.get(id) ?? 0),
  );
  const ids = [...graph.nodes.keys()];
  const order: string[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const id = ids[next] ?? '';
    order.push(id);
    for (const edge of outgoingOf(graph, id)) {
      const left = (waiting.get(edge.target) ?? 0) - 1;
      waiting.set(edge.target, left);
      if (left === 0) ready.push(position.get(edge.target) ?? 0);
    }
  }
  return order;
}

/**
 * The edges of one cycle, in order, or undefined when there is none.
 * @param order the graph's `topologicalOrder`
 */
export function findCycle(graph: Graph, order: readonly string[]): readonly WorkflowEdge[] | undefined {
  const settled = new Set([...order, ...toolNodes(graph)]);
  // Walking backwards from a node on a cycle or behind one never leaves the unsettled ones, so it must come round.
  let id = [...graph.nodes.keys()].find((candidate) => !settled.has(candidate));
  const trail: WorkflowEdge[] = [];
  const seenAt = new Map<string, number>();
  while (id !== undefined) {
    const seen = seenAt.get(id);
    if (seen !== undefined) return trail.slice(seen).toReversed();
    seenAt.set(id, trail.length);
    const edge: WorkflowEdge | undefined = incomingOf(graph, id).find((candidate) => !settled.has(candidate.source));
    if (edge === undefined) return undefined;
    trail.push(edge);
    id = edge.source;
  }
  return undefined;
}

/** Every node that can be reached from `start` along edges, itself included, and the tools that these can call. */
export function reachableFrom(graph: Graph, start: string): ReadonlySet<string> {
  const found = new Set([start]);
  const stack = [start];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const next = [...outgoingOf(graph, id).map(({ target }) => target), ...(graph.tools.get(id) ?? [])];
    for (const target of next) {
      if (found.has(target)) continue;
      found.add(target);
      stack.push(target);
    }
  }
  return found;
}

/** The output handles of a node from which an edge leaves. */
export function connectedHandles(graph: Graph, id: string): ReadonlySet<string> {
  return graph.connected.get(id) ?? none;
}

const none: ReadonlySet<string> = new Set();

/** Whether the run goes on along `error` when the node fails. */
export function isAttempt(graph: Graph, id: string): boolean {
  const node = graph.nodes.get(id);
  return node !== undefined && handlesErrors(node);
}

/** The ways out of a node of which a run takes exactly one, or undefined when it takes all its outputs. */
export function waysOf(graph: Graph, id: string): readonly (readonly string[])[] | undefined {
  const node = graph.nodes.get(id);
  if (node === undefined) return undefined;
  const own = definitionOf(node).ways?.(connectedHandles(graph, id), node.config);
  if (!handlesErrors(node)) return own;
  return [...(own ?? [outputsOf(node).flatMap((handle) => (handle.id === 'error' ? [] : [handle.id]))]), ['error']];
}

class MinHeap {
  readonly #items: number[];

  constructor(items: number[]) {
    this.#items = items.toSorted((a, b) => a - b);
  }

  push(value: number): void {
    const items = this.#items;
    let index = items.length;
    items.push(value);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = items[parent] as number;
      if (above <= value) break;
      items[index] = above;
      index = parent;
    }
    items[index] = value;
  }

  pop(): number | undefined {
    const items = this.#items;
    const [top] = items;
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child += 1;
      if ((items[child] as number) >= last) break;
      items[index] = items[child] as number;
      index = child;
    }
    items[index] = last;
    return top;
  }
}
