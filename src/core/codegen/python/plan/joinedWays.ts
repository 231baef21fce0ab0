import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { Decision } from '../../../workflow/graph/branches.ts';
import { waysOf } from '../../../workflow/graph/graph.ts';
import type { Block, Step } from './plan.ts';
import { innerBlocks } from './steps.ts';

type JoinStep = Extract<Step, { kind: 'join' }>;
type BranchStep = Extract<Step, { kind: 'branch' }>;

/**
 * Puts what neighbouring cases of a `switch` lead to, and nothing else does, into their ways, which then are one block: it
 * becomes the body of one `if`, and the way that was taken need not be kept for another behind it.
 */
export function joinWays(checked: CheckedWorkflow, body: Block): Block {
  return new Joiner(checked, testsIn(body)).block(body);
}

type Tested = ReadonlyMap<string, ReadonlySet<Step>>;

/** The steps that ask for each decision of a node. */
function testsIn(body: Block): Tested {
  const found = new Map<string, Set<Step>>();
  const visit = (step: Step): void => {
    const test = step.kind === 'join' ? step.test.flat() : step.kind === 'respond' ? step.test : [];
    for (const { kind, node } of test)
      found.set(`${kind}:${node}`, (found.get(`${kind}:${node}`) ?? new Set()).add(step));
    for (const inner of innerBlocks(step)) for (const each of inner) visit(each);
  };
  for (const step of body) visit(step);
  return found;
}

class Joiner {
  readonly #checked: CheckedWorkflow;
  readonly #tested: Tested;

  constructor(checked: CheckedWorkflow, tested: Tested) {
    this.#checked = checked;
    this.#tested = tested;
  }

  block(block: Block): Block {
    const made: Step[] = [];
    let until = 0;
    for (const [at, step] of block.entries()) {
      if (at < until) continue;
      made.push(this.#inside(step));
      if (step.kind !== 'run' || !this.#chooses(step.node)) continue;
      const next = block[at + 1];
      const branch = next?.kind === 'branch' && next.node === step.node ? next : undefined;
      const start = branch === undefined ? at + 1 : at + 2;
      const behind = joinsBehind(step.node, block, start);
      if (!this.#canStandIn(step.node, branch, behind.joins)) continue;
      made.push(this.#inside(this.#joined(step.node, branch, behind.joins)));
      until = start + behind.steps;
    }
    return made;
  }

  #inside(step: Step): Step {
    switch (step.kind) {
      case 'branch': {
        const made = new Map([...new Set(step.ways)].map((way) => [way, this.block(way)]));
        return { ...step, ways: step.ways.map((way) => made.get(way) ?? way) };
      }
      case 'join':
      case 'loop':
        return { ...step, body: this.block(step.body) };
      case 'fork':
        return { ...step, arms: step.arms.map((arm) => ({ ...arm, body: this.block(arm.body) })) };
      case 'run':
      case 'respond':
        return step;
    }
  }

  #chooses(node: string): boolean {
    return this.#checked.graph.nodes.get(node)?.type === 'switch';
  }

  /** Whether joins can be put into the ways of a switch: nothing else asks which way it took. */
  #canStandIn(node: string, branch: BranchStep | undefined, joins: readonly JoinStep[]): boolean {
    const ways = joins.flatMap(waysInto);
    return (
      joins.length > 0 &&
      this.#tested.get(`way:${node}`)?.size === joins.length &&
      joins.every((join) => !this.#tested.has(`join:${join.node}`) && areNeighbours(waysInto(join))) &&
      new Set(ways).size === ways.length &&
      ways.every((way) => (branch?.ways[way] ?? []).length === 0)
    );
  }

  #joined(node: string, branch: BranchStep | undefined, joins: readonly JoinStep[]): BranchStep {
    const count = waysOf(this.#checked.graph, node)?.length ?? 0;
    const ways: Block[] = Array.from({ length: count }, (_, way) => branch?.ways[way] ?? []);
    for (const join of joins) {
      const block: Block = [{ ...join, isDecided: true }];
      for (const way of waysInto(join)) ways[way] = block;
    }
    return branch === undefined ? { kind: 'branch', node, ways, declares: [], keepsWay: false } : { ...branch, ways };
  }
}

/**
 * The joins from a place in a block on that ask for nothing but the way of a node, and how many steps they are: where several
 * await, they are the arms of a fork, though only one of them does something.
 */
function joinsBehind(
  node: string,
  block: Block,
  start: number,
): { readonly joins: readonly JoinStep[]; readonly steps: number } {
  const first = block[start];
  if (first?.kind === 'fork') {
    const joins = first.arms.flatMap(({ body }) => body).filter((step) => isJoinOf(node, step));
    return first.arms.every(({ body }) => body.every((step) => isJoinOf(node, step))) ? { joins, steps: 1 } : none;
  }
  const end = block.findIndex((step, at) => at >= start && !isJoinOf(node, step));
  const joins = block.slice(start, end === -1 ? block.length : end).filter((step) => isJoinOf(node, step));
  return { joins, steps: joins.length };
}

const none = { joins: [], steps: 0 };

function isJoinOf(node: string, step: Step): step is JoinStep {
  const isOfNode = (decision: Decision): boolean => decision.kind === 'way' && decision.node === node;
  return (
    step.kind === 'join' &&
    step.test.every(([only, ...more]) => only !== undefined && isOfNode(only) && more.length === 0)
  );
}

function areNeighbours(ways: readonly number[]): boolean {
  return ways.every((way, index) => index === 0 || way - 1 === ways[index - 1]);
}

/** The ways of a switch that lead to a join, in their order. */
function waysInto({ test }: JoinStep): readonly number[] {
  return test
    .flat()
    .map((decision) => (decision.kind === 'way' ? decision.way : -1))
    .toSorted((a, b) => a - b);
}
