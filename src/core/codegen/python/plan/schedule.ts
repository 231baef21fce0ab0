import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { branchOfEdge, waysInto, type Decision } from '../../../workflow/graph/branches.ts';
import { waysOf } from '../../../workflow/graph/graph.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
import type { Block, Step, Test } from './plan.ts';
import type { Item, Region } from './regions.ts';

/**
 * Turns regions into control flow. Items that do not wait for one another and await something run at the same time;
 * everything else is straight-line. A response is moved behind work of its branch that must not be cut off by it.
 */
export function schedule(checked: CheckedWorkflow, root: Region): Block {
  return new Scheduler(checked).region(root, true, []);
}

class Scheduler {
  readonly #checked: CheckedWorkflow;
  readonly #position: ReadonlyMap<string, number>;

  constructor(checked: CheckedWorkflow) {
    this.#checked = checked;
    this.#position = new Map(checked.order.map((id, index) => [id, index]));
  }

  /** Schedules a whole region. Responses that may not end the run here are put into `postponed` instead. */
  region(region: Region, mayAnswer: boolean, postponed: string[]): Block {
    const items = [...region.items.values()];
    const held: string[] = [];
    const work = items.filter((item) => !this.#isResponse(item));
    const block = this.#work(work, mayAnswer, held);
    held.push(...items.filter((item) => this.#isResponse(item)).map((item) => item.node));
    held.sort((a, b) => this.#at(a) - this.#at(b));
    if (!mayAnswer) {
      postponed.push(...held);
      return block;
    }
    const depth = region.branch.length;
    const answers: Step[] = [];
    for (const node of held) {
      const test = (this.#checked.branches.get(node) ?? []).slice(depth);
      answers.push({ kind: 'respond', node, test });
      // Whatever could answer after an answer without a condition never does.
      if (test.length === 0) break;
    }
    return [...block, ...answers];
  }

  #work(given: readonly Item[], mayAnswer: boolean, postponed: string[]): Block {
    const block: Step[] = [];
    let items = given;
    while (items.length > 0) {
      const parts = components(items);
      if (parts.length > 1) return [...block, ...this.#independent(parts, mayAnswer, postponed)];
      const sources = sourcesOf(items);
      const [source] = sources;
      if (source === undefined) return block;
      if (sources.length > 1) {
        const behind = sharedBehind(items, sources);
        const alone = items.filter((item) => !behind.has(item));
        block.push(...this.#work(alone, false, postponed));
        items = [...behind];
        continue;
      }
      items = items.filter((item) => item !== source);
      block.push(...this.#item(source, mayAnswer && items.length === 0, postponed));
      // With one successor everything left hangs on it: no need to look for parts again.
      let next = onlySuccessor(source, items);
      while (next !== undefined) {
        const current = next;
        items = items.filter((item) => item !== current);
        block.push(...this.#item(current, mayAnswer && items.length === 0, postponed));
        next = onlySuccessor(current, items);
      }
    }
    return block;
  }

  #independent(parts: readonly (readonly Item[])[], mayAnswer: boolean, postponed: string[]): Block {
    const awaits = (part: readonly Item[]): boolean => part.some((item) => item.awaits);
    const answers = (part: readonly Item[]): boolean => part.some((item) => item.answers);
    const waiting = parts.filter(awaits);
    if (waiting.length < 2) {
      const ordered = [...parts.filter((part) => !answers(part)), ...parts.filter(answers)];
      return ordered.flatMap((part, index) => this.#work(part, mayAnswer && index === ordered.length - 1, postponed));
    }
    const quick = parts.filter((part) => !awaits(part));
    const before = quick.filter((part) => !answers(part));
    const after = quick.filter(answers);
    return [
      ...before.flatMap((part) => this.#work(part, false, postponed)),
      { kind: 'fork', arms: waiting.map((part) => ({ body: this.#work(part, false, postponed), gives: [] })) },
      ...after.flatMap((part, index) => this.#work(part, mayAnswer && index === after.length - 1, postponed)),
    ];
  }

  #item(item: Item, mayAnswer: boolean, postponed: string[]): Block {
    if (item.kind === 'join') {
      const inner = item.inner.get(0);
      if (inner === undefined) return [];
      const body = this.region(inner, mayAnswer, postponed);
      const test = this.#joinTest(item.node, inner.branch.length - 1);
      return body.length === 0 ? [] : [{ kind: 'join', node: item.node, test, body, declares: [], keepsTest: false }];
    }
    const run: Step = { kind: 'run', node: item.node, assignsWay: false };
    const ways = waysOf(this.#checked.graph, item.node);
    if (ways === undefined) return [run];
    const blocks = ways.map((_, way) => {
      const inner = item.inner.get(way);
      return inner === undefined ? [] : this.region(inner, mayAnswer, postponed);
    });
    if (blocks.every((block) => block.length === 0)) return [run];
    return [run, { kind: 'branch', node: item.node, ways: blocks, declares: [], keepsWay: false }];
  }

  #joinTest(node: string, depth: number): Test {
    const { graph, branches } = this.#checked;
    const edges = graph.incoming.get(node) ?? [];
    const alternatives = waysInto(
      graph,
      edges.map((edge) => branchOfEdge(graph, branches, edge)),
    );
    return alternatives.map((branch): readonly Decision[] => branch.slice(depth));
  }

  #isResponse(item: Item): boolean {
    const node = this.#checked.graph.nodes.get(item.node);
    return item.kind === 'node' && node !== undefined && registry[node.type].role === 'response';
  }

  #at(node: string): number {
    return this.#position.get(node) ?? 0;
  }
}

/** The parts of `items` that no edge connects, each in the given order. */
function components(items: readonly Item[]): readonly (readonly Item[])[] {
  const neighbours = new Map<Item, Item[]>(items.map((item) => [item, []]));
  for (const item of items) {
    for (const next of item.next) {
      neighbours.get(next)?.push(item);
      if (neighbours.has(next)) neighbours.get(item)?.push(next);
    }
  }
  const partOf = new Map<Item, number>();
  let parts = 0;
  for (const item of items) {
    if (partOf.has(item)) continue;
    const stack = [item];
    partOf.set(item, parts);
    for (let current = stack.pop(); current !== undefined; current = stack.pop()) {
      for (const other of neighbours.get(current) ?? []) {
        if (partOf.has(other)) continue;
        partOf.set(other, parts);
        stack.push(other);
      }
    }
    parts += 1;
  }
  const result: Item[][] = Array.from({ length: parts }, () => []);
  for (const item of items) result[partOf.get(item) ?? 0]?.push(item);
  return result;
}

function sourcesOf(items: readonly Item[]): readonly Item[] {
  const waited = new Set(items.flatMap((item) => [...item.next]));
  return items.filter((item) => !waited.has(item));
}

/** What waits for all sources; where there is nothing such, what waits for at least two. */
function sharedBehind(items: readonly Item[], sources: readonly Item[]): ReadonlySet<Item> {
  const inside = new Set(items);
  const reachedBy = new Map<Item, number>();
  for (const source of sources) {
    const seen = new Set([source]);
    const stack = [source];
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      reachedBy.set(item, (reachedBy.get(item) ?? 0) + 1);
      for (const next of item.next) {
        if (!inside.has(next) || seen.has(next)) continue;
        seen.add(next);
        stack.push(next);
      }
    }
  }
  const behind = (count: number): ReadonlySet<Item> =>
    new Set(items.filter((item) => (reachedBy.get(item) ?? 0) >= count));
  const all = behind(sources.length);
  return all.size > 0 ? all : behind(2);
}

function onlySuccessor(item: Item, left: readonly Item[]): Item | undefined {
  if (item.next.size !== 1) return undefined;
  const [next] = item.next;
  return next !== undefined && left.includes(next) ? next : undefined;
}
