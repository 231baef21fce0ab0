import type { Block, Step } from './plan.ts';

/** The blocks inside of a step. */
export function innerBlocks(step: Step): readonly Block[] {
  if (step.kind === 'branch') return step.ways;
  if (step.kind === 'join') return [step.body];
  return step.kind === 'fork' ? step.arms.map((arm) => arm.body) : [];
}

/** The steps that run a node or decide by it, and all steps around them. */
export function stepsAround(block: Block, node: string): readonly Step[] {
  const around: Step[] = [];
  for (const step of block) {
    const before = around.length;
    for (const inner of innerBlocks(step)) around.push(...stepsAround(inner, node));
    if (around.length > before || (step.kind !== 'fork' && step.node === node)) around.push(step);
  }
  return around;
}
