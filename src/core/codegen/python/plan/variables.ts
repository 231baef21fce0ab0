import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { PathExpression } from '../../../workflow/expressions/syntax.ts';
import type { Graph } from '../../../workflow/graph/graph.ts';
import { bodyOf, isAttempt, waysOf } from '../../../workflow/graph/graph.ts';
import type { Decision } from '../../../workflow/graph/branches.ts';
import { variableKey, type Block, type Step, type Test, type Variable } from './plan.ts';
import { innerBlocks } from './steps.ts';

/** The variable that holds what an expression finds at `nodes.ID.HANDLE`. */
export function variableOfHandle(graph: Graph, node: string, handle: string): Variable {
  if (bodyOf(graph, node)?.inside.includes(handle)) return { kind: handle === 'index' ? 'index' : 'item', node };
  if (handle === 'error' && isAttempt(graph, node)) return { kind: 'error', node };
  const ways = waysOf(graph, node);
  const main = ways?.find((handles) => handles.includes('output'));
  const ofWay = ways?.some((handles) => handles !== main && handles.includes(handle)) ?? false;
  return { kind: ofWay ? 'way' : 'value', node };
}

/** The node and handle that a path reads, when it reads one. */
export function handleOfPath(path: PathExpression): { node: string; handle: string } | undefined {
  const [node, handle] = path.segments;
  if (path.root !== 'nodes' || typeof node?.key !== 'string' || typeof handle?.key !== 'string') return undefined;
  return { node: node.key, handle: handle.key };
}

/** The variables that say together whether a decision has fallen so. */
export function variablesOfDecision(graph: Graph, decision: Decision): readonly Variable[] {
  const { node } = decision;
  if (decision.kind !== 'way') return [{ kind: 'runs', node }];
  if (!isAttempt(graph, node)) return [{ kind: 'way', node }];
  const failed: Variable = { kind: 'error', node };
  const { length: count } = waysOf(graph, node) ?? [];
  return count === 2 || decision.way === count - 1 ? [failed] : [failed, { kind: 'way', node }];
}

/** The variables that a node's expressions read. */
export function readByNode({ graph, readsOf }: CheckedWorkflow, node: string): readonly Variable[] {
  return readsOf(node).flatMap(({ path }) => {
    const read = handleOfPath(path);
    return read === undefined ? [] : [variableOfHandle(graph, read.node, read.handle)];
  });
}

function readByTest(graph: Graph, test: Test): readonly Variable[] {
  return test.flat().flatMap((decision) => variablesOfDecision(graph, decision));
}

/**
 * Says of every step which variables later steps read of it, so that the emitter can declare them before a branch,
 * return them from the arm of a fork, and leave out what nobody reads.
 */
export function bindVariables(checked: CheckedWorkflow, body: Block): { body: Block; reads: ReadonlySet<string> } {
  const binder = new Binder(checked);
  binder.collect(body);
  return { body: binder.bind(body, new Set(), new Set()), reads: new Set(binder.read.keys()) };
}

class Binder {
  readonly #checked: CheckedWorkflow;
  readonly read = new Map<string, Variable>();
  readonly #assigned = new Map<Step, ReadonlyMap<string, Variable>>();
  readonly #reads = new Map<Step, ReadonlyMap<string, Variable>>();

  constructor(checked: CheckedWorkflow) {
    this.#checked = checked;
  }

  /** Notes for every step, and all inside it, what it sets and what it reads. */
  collect(block: Block): void {
    for (const step of block) {
      const inner = innerBlocks(step);
      for (const each of inner) this.collect(each);
      const steps = inner.flat();
      this.#reads.set(step, merge([this.#readByStep(step), ...steps.map((each) => this.#readsOf(each))]));
      const inside = step.kind === 'loop' ? [] : steps.map((each) => this.#assignedOf(each));
      this.#assigned.set(step, merge([this.#assignedByStep(step), ...inside]));
    }
  }

  bind(block: Block, readAfter: ReadonlySet<string>, declared: ReadonlySet<string>): Block {
    const bound: Step[] = [];
    const after = new Set(readAfter);
    for (const [index, step] of [...block.entries()].toReversed()) {
      bound.push(this.#bindStep(step, block[index + 1], after, declared));
      for (const key of this.#readsOf(step).keys()) after.add(key);
    }
    return bound.toReversed();
  }

  #bindStep(step: Step, next: Step | undefined, after: ReadonlySet<string>, declared: ReadonlySet<string>): Step {
    switch (step.kind) {
      case 'respond':
        return step;
      case 'run': {
        const branched = next?.kind === 'branch' && next.node === step.node;
        return { ...step, assignsWay: !branched && this.read.has(variableKey({ kind: 'way', node: step.node })) };
      }
      case 'branch': {
        const own = variableKey({ kind: 'way', node: step.node });
        const declares = [
          ...this.#ofAttempt(step, after, declared),
          ...this.#escaping(step.ways.flat(), after, declared),
        ];
        const known = new Set([...declared, ...declares.map(variableKey)]);
        const made = new Map(innerBlocks(step).map((way) => [way, this.bind(way, after, known)]));
        const ways = step.ways.map((way) => made.get(way) ?? way);
        return { ...step, ways, declares, keepsWay: this.read.has(own) };
      }
      case 'loop': {
        // Each round sets anew what it reads, and nothing but its result is read behind it.
        const own = new Set(readByNode(this.#checked, step.node).map(variableKey));
        return { ...step, body: this.bind(step.body, own, new Set()) };
      }
      case 'join': {
        const declares = this.#escaping(step.body, after, declared);
        const known = new Set([...declared, ...declares.map(variableKey)]);
        const keepsTest = this.read.has(variableKey({ kind: 'runs', node: step.node }));
        return { ...step, body: this.bind(step.body, after, known), declares, keepsTest };
      }
      case 'fork': {
        const arms = step.arms.map((arm) => {
          const gives = this.#escaping(arm.body, after, new Set());
          return { body: this.bind(arm.body, new Set(gives.map(variableKey)), new Set()), gives };
        });
        return { ...step, arms };
      }
    }
  }

  #escaping(inside: Block, after: ReadonlySet<string>, declared: ReadonlySet<string>): readonly Variable[] {
    const set = merge(inside.map((step) => this.#assignedOf(step)));
    return [...set].filter(([key]) => after.has(key) && !declared.has(key)).map(([, variable]) => variable);
  }

  /** What an attempt itself sets, and steps after it read. */
  #ofAttempt(
    { node }: Step & { kind: 'branch' },
    after: ReadonlySet<string>,
    declared: ReadonlySet<string>,
  ): readonly Variable[] {
    if (!isAttempt(this.#checked.graph, node)) return [];
    return this.#ofNode(node).filter(
      (variable) => after.has(variableKey(variable)) && !declared.has(variableKey(variable)),
    );
  }

  #ofNode(node: string): readonly Variable[] {
    const error: readonly Variable[] = isAttempt(this.#checked.graph, node) ? [{ kind: 'error', node }] : [];
    return [{ kind: 'value', node }, { kind: 'way', node }, ...error];
  }

  #assignedByStep(step: Step): ReadonlyMap<string, Variable> {
    if (step.kind === 'run') return keyed(this.#ofNode(step.node));
    if (step.kind === 'loop') return keyed([{ kind: 'value', node: step.node }]);
    return step.kind === 'join' ? keyed([{ kind: 'runs', node: step.node }]) : new Map();
  }

  #readByStep(step: Step): ReadonlyMap<string, Variable> {
    const found: Variable[] = [];
    if (step.kind === 'run' || step.kind === 'respond' || step.kind === 'loop')
      found.push(...readByNode(this.#checked, step.node));
    if (step.kind === 'respond') found.push(...readByTest(this.#checked.graph, [step.test]));
    if (step.kind === 'join' && !step.isDecided) found.push(...readByTest(this.#checked.graph, step.test));
    const reads = keyed(found);
    for (const [key, variable] of reads) this.read.set(key, variable);
    return reads;
  }

  #readsOf(step: Step): ReadonlyMap<string, Variable> {
    return this.#reads.get(step) ?? new Map();
  }

  #assignedOf(step: Step): ReadonlyMap<string, Variable> {
    return this.#assigned.get(step) ?? new Map();
  }
}

function keyed(variables: readonly Variable[]): ReadonlyMap<string, Variable> {
  const found = new Map<string, Variable>();
  for (const variable of variables) found.set(variableKey(variable), variable);
  return found;
}

function merge(maps: readonly ReadonlyMap<string, Variable>[]): ReadonlyMap<string, Variable> {
  const [only] = maps;
  if (maps.length === 1 && only !== undefined) return only;
  const merged = new Map<string, Variable>();
  for (const map of maps) for (const [key, variable] of map) merged.set(key, variable);
  return merged;
}
