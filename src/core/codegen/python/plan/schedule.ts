import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { branchOfEdge, waysInto, type Branch, type Decision } from '../../../workflow/graph/branches.ts';
import { bodyOf, isAttempt, waysOf } from '../../../workflow/graph/graph.ts';
import { isCertainIn } from '../../../workflow/graph/values.ts';
import { registry } from '../../../workflow/nodes/registry.ts';
import type { Block, Step, Test } from './plan.ts';
import { components, sectionsOf, sharedBehind } from './parts.ts';
import type { Item, Region } from './regions.ts';
import { innerBlocks } from './steps.ts';

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
    return [...block, ...this.#answers(region, held, answersIn(block))];
  }

  /** @param before the responses that have answered on other ways */
  #answers({ branch: around }: Region, nodes: readonly string[], before: readonly string[]): Block {
    const branchOf = (node: string): Branch => this.#checked.branches.get(node) ?? [];
    const answers: Step[] = [];
    const answered = before.map(branchOf);
    for (const node of nodes) {
      const test = branchOf(node).slice(around.length);
      answered.push(branchOf(node));
      // Where none of the others has answered, the last one of all ways does. What a test shows to be there needs its test.
      const isLast =
        test.every((decision) => !this.#showsValue(decision)) && isCertainIn(this.#checked, around, answered);
      answers.push({ kind: 'respond', node, test: isLast ? [] : test });
      // Whatever could answer after an answer without a condition never does.
      if (isLast || test.length === 0) break;
    }
    return answers;
  }

  /** Whether a way is that of a value which is there on it alone: a function call, or a failure. */
  #showsValue({ kind, node }: Decision): boolean {
    const type = this.#checked.graph.nodes.get(node)?.type;
    return kind === 'way' && type !== 'condition' && type !== 'switch';
  }

  #work(items: readonly Item[], mayAnswer: boolean, postponed: string[]): Block {
    const block: Step[] = [];
    const waiting = sectionsOf(items).toReversed();
    for (let section = waiting.pop(); section !== undefined; section = waiting.pop()) {
      const { before, bottleneck } = section;
      const mayEnd = mayAnswer && waiting.length === 0;
      const parts = components(before);
      if (parts.length === 1) {
        const behind = sharedBehind(before);
        const alone = before.filter((item) => !behind.has(item));
        block.push(...this.#work(alone, false, postponed));
        if (bottleneck !== undefined) waiting.push({ before: [], bottleneck });
        waiting.push(...sectionsOf([...behind]).toReversed());
        continue;
      }
      if (parts.length > 1) block.push(...this.#independent(parts, mayEnd && bottleneck === undefined, postponed));
      if (bottleneck !== undefined) block.push(...this.#item(bottleneck, mayEnd, postponed));
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
      if (body.length === 0) return [];
      return [{ kind: 'join', isDecided: false, node: item.node, test, body, declares: [], keepsTest: false }];
    }
    if (bodyOf(this.#checked.graph, item.node) !== undefined) return [this.#loop(item)];
    const run: Step = { kind: 'run', node: item.node, assignsWay: false };
    const ways = waysOf(this.#checked.graph, item.node);
    if (ways === undefined) return [run];
    const blocks = ways.map((_, way) => {
      const inner = item.inner.get(way);
      return inner === undefined ? [] : this.region(inner, mayAnswer, postponed);
    });
    // A failure that the run goes on after is caught where the node runs.
    const isCaught = isAttempt(this.#checked.graph, item.node);
    if (!isCaught && blocks.every((block) => block.length === 0)) return [run];
    return [run, { kind: 'branch', node: item.node, ways: blocks, declares: [], keepsWay: false }];
  }

  #loop({ node, inner, awaits }: Item): Step {
    const region = inner.get(0);
    const body = region === undefined ? [] : this.region(region, false, []);
    return { kind: 'loop', node, body, awaits };
  }

  #joinTest(node: string, depth: number): Test {
    const { graph, branches } = this.#checked;
    const edges = graph.incoming.get(node) ?? [];
    const alternatives = waysInto(
      { graph, branches },
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

function answersIn(block: Block): readonly string[] {
  return block.flatMap((step) =>
    step.kind === 'respond' ? [step.node] : innerBlocks(step).flatMap((inner) => answersIn(inner)),
  );
}
