import type { StepOptions } from '../../../workflow/nodes/stepOptions.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Keyword } from '../syntax/tree.ts';

const steps = 'app.runtime.steps';

/** What is raised where a run goes on after a node that failed. */
export const stepFailed = py.imported(steps, 'StepFailed');

/** `await STEP.run(call, …)`, of a node whose value is `await call(…)`. */
export function asStep(value: Expr, node: WorkflowNode, options: StepOptions, scope: NodeScope): Expr {
  const kind = options.cache === undefined ? py.imported(steps, 'Step') : cachedStep;
  return stepWith(value, node, options, kind, [], scope);
}

const cachedStep = py.imported('app.runtime.step_cache', 'CachedStep');

/** The same with a step of another kind, which takes `further` besides. */
export function stepWith(
  value: Expr,
  node: WorkflowNode,
  options: StepOptions | undefined,
  kind: Expr,
  further: readonly Keyword[],
  scope: NodeScope,
): Expr {
  const call = value.kind === 'await' && value.value.kind === 'call' ? value.value : undefined;
  if (call === undefined) throw new Error(`check lets no step options through at ${node.id}, which awaits nothing`);
  const given = options === undefined ? [] : optionsOf(options, scope.checked.file.name);
  const made = py.call(kind, py.literal(node.id), ...given, ...further);
  const step = scope.constant(`${node.id} step`, undefined, made);
  const cache = options?.cache;
  const keyed = cache === undefined ? step : py.call(py.attribute(step, 'keyed'), scope.json(cache.key));
  const method = py.attribute(keyed, (options?.onError ?? 'fail') === 'fail' ? 'run' : 'attempt');
  return py.awaited(py.call(method, call.callee, ...call.args, ...call.keywords));
}

function optionsOf({ timeout, retries, cache }: StepOptions, workflow: string): readonly Keyword[] {
  return [
    ...(timeout === undefined ? [] : [py.keyword('timeout', py.literal(timeout))]),
    ...(retries === undefined ? [] : [py.keyword('retries', retriesOf(retries))]),
    ...(cache === undefined
      ? []
      : [py.keyword('workflow', py.literal(workflow)), py.keyword('ttl', py.literal(cache.ttl))]),
  ];
}

function retriesOf({ max, backoff, on }: NonNullable<StepOptions['retries']>): Expr {
  return py.call(
    py.imported(steps, 'Retries'),
    py.literal(max),
    ...(backoff === 1 ? [] : [py.keyword('backoff', py.literal(backoff))]),
    ...(on === undefined ? [] : [py.keyword('on', py.tuple(on.map((code) => py.literal(code))))]),
  );
}
