import type { ServicePart } from '../operation/serviceParts.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import type { TriggerParts } from './triggers.ts';

/** `queue_metrics(ORDERS_QUEUE, …)`, where a service has both queues and metrics. */
export function queueMetrics(
  parts: readonly ServicePart[],
  workflows: readonly WorkflowModule[],
  triggers: TriggerParts,
): readonly Expr[] {
  if (!parts.includes('metrics')) return [];
  const queues = workflows
    .filter(({ plan }) => plan.checked.trigger.type === 'queueConsumer')
    .flatMap((workflow) => triggers.names.get(workflow) ?? []);
  if (queues.length === 0) return [];
  const made = py.imported('app.durable.queue_metrics', 'queue_metrics');
  return [py.call(made, ...queues.map((name) => py.name(name)))];
}
