import type { WorkflowNode } from '../types.ts';

/** The nodes of a workflow by their id, in the order of the file. Another node in place of one costs the copy of a list. */
export class NodeTable {
  readonly list: readonly WorkflowNode[];
  /** Where in the list each node is. */
  readonly #places: ReadonlyMap<string, number>;

  private constructor(list: readonly WorkflowNode[], places: ReadonlyMap<string, number>) {
    this.list = list;
    this.#places = places;
  }

  /** Of nodes with the same id, the last is the one that is found. */
  static of(nodes: readonly WorkflowNode[]): NodeTable {
    return new NodeTable(nodes, new Map(nodes.map(({ id }, place) => [id, place])));
  }

  get hasUniqueIds(): boolean {
    return this.#places.size === this.list.length;
  }

  /** Undefined when there is no node of that id. */
  placeOf(id: string): number | undefined {
    return this.#places.get(id);
  }

  /** The same with other nodes in place of those with their ids; those that it does not have are left out. */
  with(nodes: readonly WorkflowNode[]): NodeTable {
    const list = [...this.list];
    for (const node of nodes) {
      const place = this.#places.get(node.id);
      if (place !== undefined) list[place] = node;
    }
    return new NodeTable(list, this.#places);
  }

  get(id: string): WorkflowNode | undefined {
    const place = this.#places.get(id);
    return place === undefined ? undefined : this.list[place];
  }

  has(id: string): boolean {
    return this.#places.has(id);
  }

  keys(): IterableIterator<string> {
    return this.#places.keys();
  }

  *[Symbol.iterator](): Iterator<readonly [string, WorkflowNode]> {
    for (const [id, place] of this.#places) {
      const node = this.list[place];
      if (node !== undefined) yield [id, node];
    }
  }
}
