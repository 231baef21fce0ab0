import type { NodeType } from '../../../../workflow/types.ts';
import type { Block, Plan, Step } from '../../plan/plan.ts';

/** For every node of some types those of the same types that may run at the same time, in other arms of a fork. */
export function concurrentNodes(plan: Plan, ...types: readonly NodeType[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const isOne = (id: string): boolean => types.some((type) => plan.checked.graph.nodes.get(id)?.type === type);
  const visit = (block: Block): readonly string[] => block.flatMap((step) => visitStep(step));
  const visitStep = (step: Step): readonly string[] => {
    switch (step.kind) {
      case 'run':
        return isOne(step.node) ? [step.node] : [];
      case 'branch':
        return step.ways.flatMap(visit);
      case 'join':
        return visit(step.body);
      case 'respond':
        return [];
      case 'fork': {
        const arms = step.arms.map(({ body }) => visit(body));
        for (const [index, arm] of arms.entries()) {
          const others = arms.filter((_, other) => other !== index).flat();
          for (const id of arm) found.set(id, new Set([...(found.get(id) ?? []), ...others]));
        }
        return arms.flat();
      }
    }
  };
  visit(plan.body);
  return found;
}
