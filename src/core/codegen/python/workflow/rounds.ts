import { loopsAround } from '../../../workflow/graph/branches.ts';
import { isModelNode } from '../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import type { BlockWriter } from './blockWriter.ts';

/** `ctx`, or in the body of a loop `in_round(ctx, ("each", each_index))`. */
export function ctxIn({ names, plan }: BlockWriter, node: string): Expr {
  const rounds = loopsAround(plan.checked.branches.get(node) ?? []).map((loop) =>
    py.tuple([py.literal(loop), py.name(names.variable({ kind: 'index', node: loop }))]),
  );
  const ctx = py.name('ctx');
  return rounds.length === 0 ? ctx : py.call(py.imported('app.runtime.loops', 'in_round'), ctx, ...rounds);
}

/** The call that a node is, which is told its rounds where it says them: of failures that it goes on after, and in its events. */
export function toldRounds(writer: BlockWriter, node: WorkflowNode, value: Expr): Expr {
  if (value.kind !== 'await' || value.value.kind !== 'call' || !saysRounds(node)) return value;
  const [ctx, ...given] = value.value.args;
  if (ctx?.kind !== 'name' || ctx.name !== 'ctx') return value;
  return py.awaited({ ...value.value, args: [ctxIn(writer, node.id), ...given] });
}

function saysRounds(node: WorkflowNode): boolean {
  const { step } = node;
  if (step !== undefined && (step.retries !== undefined || step.onError !== 'fail')) return true;
  return node.type === 'subWorkflow' || node.type === 'embeddingGenerate' || isModelNode(node);
}
