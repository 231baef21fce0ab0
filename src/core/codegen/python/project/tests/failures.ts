import { Unknown, type Value } from '../../../../workflow/expressions/values.ts';
import { isModelNode } from '../../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import type { FailedRound } from './rounds.ts';

/** The codes of the failures that tests bring about: of a request that is refused, and of a function that raises. */
const codes = { model: 'invalid_request', called: 'internal_error' } as const;

/** Whether a test can let a node fail so that the run goes on: at once, without attempts to come. */
export function canFail({ step, type, ...node }: WorkflowNode): boolean {
  if (step === undefined || step.onError === 'fail' || type === 'delay') return false;
  return step.retries?.on?.includes(codeOf({ type, ...node } as WorkflowNode)) !== true;
}

function codeOf(node: WorkflowNode): string {
  return isModelNode(node) ? codes.model : codes.called;
}

/** What `nodes.ID.error` is then, as far as it is known. @param rounds those that the node failed in */
export function problemOf(node: WorkflowNode, rounds: readonly FailedRound[]): Value {
  const unknown = new Unknown(false);
  return {
    type: 'about:blank',
    title: unknown,
    status: unknown,
    detail: unknown,
    code: codeOf(node),
    retryable: false,
    hint: unknown,
    node: node.id,
    ...(rounds.length > 0 && { items: rounds.map(({ node: loop, index }) => ({ node: loop, index })) }),
  };
}

/** What a function raises then. */
export const failure: Expr = py.call(
  py.imported('app.runtime.errors', 'ServiceError'),
  py.literal('A test lets it fail.'),
);

/** What a model's server answers then. */
export const refusedRequest: Expr = py.imported('tests.simulated_providers', 'REFUSED_REQUEST');
