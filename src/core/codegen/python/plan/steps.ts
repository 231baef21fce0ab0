import type { Block, Step } from './plan.ts';

/** The blocks inside of a step. */
export function innerBlocks(step: Step): readonly Block[] {
  if (step.kind === 'branch') return step.ways;
  if (step.kind === 'join') return [step.body];
  return step.kind === 'fork' ? step.arms.map((arm) => arm.body) : [];
}

/** The steps that run a node or decide by it, and all steps around them. */
export function stepsAround(block: Block, node: string): readonly Step[] {
  return block.flatMap((step) => {
    const inner = innerBlocks(step).flatMap((each) => stepsAround(each, node));
    return inner.length > 0 || (step.kind !== 'fork' && step.node === node) ? [step, ...inner] : [];
  });
}
