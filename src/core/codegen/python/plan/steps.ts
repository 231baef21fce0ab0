import type { Block, Step } from './plan.ts';

/** The blocks inside of a step. */
export function innerBlocks(step: Step): readonly Block[] {
  if (step.kind === 'branch') return step.ways;
  if (step.kind === 'join') return [step.body];
  return step.kind === 'fork' ? step.arms.map((arm) => arm.body) : [];
}

/** By node, the steps that run it or decide by it, and all steps around them. */
export function stepsByNode(body: Block): ReadonlyMap<string, ReadonlySet<Step>> {
  const found = new Map<string, Set<Step>>();
  const visit = (block: Block, around: readonly Step[]): void => {
    for (const step of block) {
      const inside = [...around, step];
      if (step.kind !== 'fork') {
        const known = found.get(step.node) ?? new Set();
        for (const each of inside) known.add(each);
        found.set(step.node, known);
      }
      for (const inner of innerBlocks(step)) visit(inner, inside);
    }
  };
  visit(body, []);
  return found;
}
