import type { WorkflowNode } from '../../../workflow/types.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import type { Block, Plan, Step, Variable } from '../plan/plan.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import type { WorkflowNames } from './names.ts';

/** What is needed to write the statements of a workflow. */
export interface BlockWriter {
  readonly plan: Plan;
  readonly names: WorkflowNames;
  scopeOf(node: WorkflowNode): NodeScope;
  /** The variables that the node's expressions read. */
  readsOf(node: string): readonly Variable[];
  /** The statements of a block's steps; those of steps that were written already are kept. */
  written(block: Block, write: (step: Step, next: Step | undefined) => readonly Stmt[]): readonly Stmt[];
}

/** A body of a function that gives a value; what it has just computed is returned at once. */
export function returning(body: readonly Stmt[], result: Expr, node?: string): readonly Stmt[] {
  const last = body.at(-1);
  const isLast =
    result.kind === 'name' &&
    last?.kind === 'assign' &&
    last.target.kind === 'name' &&
    last.target.name === result.name;
  const own = isLast ? last.node : node;
  const end = py.returned(isLast ? last.value : result, own === undefined ? {} : { node: own });
  return [...(isLast ? body.slice(0, -1) : body), end];
}
