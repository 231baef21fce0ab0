import { isModelNode } from '../../../workflow/modelNodes.ts';
import { waitsOutside } from '../../../workflow/nodes/asksElsewhere.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { hasRounds } from '../../../workflow/validate/requestedModel.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import { stepWith } from '../workflow/stepCalls.ts';

const steps = 'app.durable.steps';

/** `await STEP.run(call, …)`, whose outcome is kept; a value that is the same each time as it is. */
export function asDurableStep(value: Expr, node: WorkflowNode, scope: NodeScope): Expr {
  const { step } = node;
  // They keep themselves for what, and until when, they wait.
  if ((node.type === 'delay' && step === undefined) || waitsOutside(node.type)) return value;
  const call = drawn(value, node) ?? value;
  if (call.kind !== 'await') return value;
  const parts = consistsOfSteps(node, scope) ? [py.keyword('parts', py.literal(true))] : [];
  return stepWith(call, node, step, py.imported(steps, 'DurableStep'), parts, scope);
}

/** Whether parts of a node are kept, each for itself. */
function consistsOfSteps(node: WorkflowNode, scope: NodeScope): boolean {
  const { type } = node;
  return type === 'subWorkflow' || type === 'delay' || (isModelNode(node) && hasRounds(scope.checked, node));
}

/** `await worked_out(ctx, make, …)`, of a node that takes no time and whose value is another each time. */
function drawn(value: Expr, { type, config }: WorkflowNode): Expr | undefined {
  if (type !== 'cryptoGenerate' || value.kind !== 'call') return undefined;
  if (config.kind !== 'uuid' && config.kind !== 'token') return undefined;
  return py.awaited(
    py.call(py.imported(steps, 'worked_out'), py.name('ctx'), value.callee, ...value.args, ...value.keywords),
  );
}
