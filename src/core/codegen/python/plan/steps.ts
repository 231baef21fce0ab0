import type { Block, Step } from './plan.ts';

/** The blocks inside of a step. */
export function innerBlocks(step: Step): readonly Block[] {
  if (step.kind === 'branch') return [...new Set(step.ways)];
  if (step.kind === 'join' || step.kind === 'loop') return [step.body];
  return step.kind === 'fork' ? step.arms.map((arm) => arm.body) : [];
}

/** Where a node stands in a plan. */
export interface NodeSteps {
  /** Those that run it, decide by it or answer with it. */
  readonly own: readonly Step[];
  /** Those that these are inside of, from the outermost. */
  readonly around: readonly Step[];
}

/** Where the nodes of a plan stand, by their id. */
export function lazySteps(body: Block): () => ReadonlyMap<string, NodeSteps> {
  let steps: ReadonlyMap<string, NodeSteps> | undefined;
  return () => (steps ??= stepsByNode(body));
}

function stepsByNode(body: Block): ReadonlyMap<string, NodeSteps> {
  const found = new Map<string, NodeSteps>();
  const visit = (block: Block, around: readonly Step[]): void => {
    for (const step of block) {
      if (step.kind !== 'fork' && step.kind !== 'join')
        found.set(step.node, { own: [...(found.get(step.node)?.own ?? []), step], around });
      for (const inner of innerBlocks(step)) visit(inner, [...around, step]);
    }
  };
  visit(body, []);
  return found;
}
