import { registry } from '../../../../workflow/nodes/registry.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import type { Block, Plan, Step } from '../../plan/plan.ts';
import { innerBlocks } from '../../plan/steps.ts';

/** The nodes in the arms of a fork. */
type Arms = readonly (readonly string[])[];

/** Where a node stands: in which arm of which fork. */
interface Arm {
  readonly arms: Arms;
  readonly index: number;
}

/** Whether a node is a step that takes time, such as a model call, a function or a workflow. */
export function takesTime(node: WorkflowNode | undefined): boolean {
  return node !== undefined && registry[node.type].awaits;
}

/** Which nodes of some kind may run at the same time: those in different arms of a fork. */
export class Concurrency {
  readonly #armsOf = new Map<string, Arm[]>();

  readonly #isCrowded: (step: Step & { kind: 'loop' }) => boolean;

  constructor(plan: Plan, isOfKind: (node: WorkflowNode | undefined) => boolean) {
    this.#isCrowded = ({ node: id, awaits }) => {
      const node = plan.checked.graph.nodes.get(id);
      return awaits && node?.type === 'loop' && node.config.concurrency > 1;
    };
    this.#visit(plan.body, (id) => isOfKind(plan.checked.graph.nodes.get(id)));
  }

  /** Whether any may run beside a node. */
  has(id: string): boolean {
    return this.#armsOf.has(id);
  }

  areBeside(one: string, other: string): boolean {
    return !this.areInOrder([one, other]);
  }

  /** Whether no two of them may run at the same time. */
  areInOrder(ids: readonly string[]): boolean {
    const indexIn = new Map<Arms, number>();
    return ids.every((id) =>
      (this.#armsOf.get(id) ?? []).every((arm) => {
        const index = indexIn.get(arm.arms) ?? arm.index;
        indexIn.set(arm.arms, index);
        return index === arm.index;
      }),
    );
  }

  beside(id: string): readonly string[] {
    const found = (this.#armsOf.get(id) ?? []).flatMap(({ arms, index }) => arms.toSpliced(index, 1).flat());
    return [...new Set(found)];
  }

  #visit(block: Block, isOne: (id: string) => boolean): readonly string[] {
    return block.flatMap((step) => this.#visitStep(step, isOne));
  }

  #visitStep(step: Step, isOne: (id: string) => boolean): readonly string[] {
    switch (step.kind) {
      case 'run':
        return isOne(step.node) ? [step.node] : [];
      case 'branch':
        return innerBlocks(step).flatMap((way) => this.#visit(way, isOne));
      case 'join':
        return this.#visit(step.body, isOne);
      case 'loop': {
        const nodes = this.#visit(step.body, isOne);
        // Each of them runs beside all of another item, itself among them.
        if (this.#isCrowded(step) && nodes.length > 0) this.#note([nodes, nodes]);
        return nodes;
      }
      case 'respond':
        return [];
      case 'fork': {
        const arms = step.arms.map(({ body }) => this.#visit(body, isOne));
        if (arms.filter((arm) => arm.length > 0).length > 1) this.#note(arms);
        return arms.flat();
      }
    }
  }

  #note(arms: Arms): void {
    for (const [index, nodes] of arms.entries()) {
      for (const id of nodes) {
        const known = this.#armsOf.get(id);
        if (known === undefined) this.#armsOf.set(id, [{ arms, index }]);
        else known.push({ arms, index });
      }
    }
  }
}
