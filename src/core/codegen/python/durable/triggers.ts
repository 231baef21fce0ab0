import type { NodeOf } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';
import type { Scope } from '../syntax/names.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';

/** What begins runs by the clock or from a queue: constants of `app/routes.py`, by the workflows whose runs they are. */
export interface TriggerParts {
  readonly constants: readonly Stmt[];
  readonly names: ReadonlyMap<WorkflowModule, Identifier>;
}

/** @param scope where the constants get their names */
export function triggerParts(workflows: readonly WorkflowModule[], scope: Scope): TriggerParts {
  const names = new Map<WorkflowModule, Identifier>();
  const constants = workflows.flatMap((workflow) => {
    const { file, trigger } = workflow.plan.checked;
    const made =
      trigger.type === 'scheduledTask'
        ? scheduleOf(trigger, file.name)
        : trigger.type === 'queueConsumer'
          ? queueOf(trigger.config, file.name)
          : undefined;
    if (made === undefined) return [];
    const name = scope.constant(`${trigger.id} ${trigger.type === 'scheduledTask' ? 'schedule' : 'queue'}`);
    names.set(workflow, name);
    return [py.assign(py.name(name), made)];
  });
  return { constants, names };
}

/** `Schedule("daily", "report", cron="0 6 * * *", …)` */
function scheduleOf({ id, config }: NodeOf<'scheduledTask'>, workflow: string): Expr {
  const { cron, timezone, overlap, catchUp } = config;
  return py.call(
    py.imported('app.durable.schedules', 'Schedule'),
    py.literal(id),
    py.literal(workflow),
    py.keyword('cron', py.literal(cron)),
    ...(timezone === 'UTC' ? [] : [py.keyword('timezone', py.literal(timezone))]),
    ...(overlap === 'skip' ? [] : [py.keyword('overlap', py.literal(overlap))]),
    ...(catchUp ? [] : [py.keyword('catch_up', py.literal(false))]),
  );
}

/** `Queue("orders", "handle-order", per_process=10, …)` */
function queueOf(config: NodeOf<'queueConsumer'>['config'], workflow: string): Expr {
  const { queue, concurrency, rateLimit, retries } = config;
  return py.call(
    py.imported('app.durable.queues', 'Queue'),
    py.literal(queue),
    py.literal(workflow),
    ...(concurrency.total === undefined ? [] : [py.keyword('concurrency', py.literal(concurrency.total))]),
    py.keyword('per_process', py.literal(concurrency.perProcess)),
    ...(rateLimit === undefined
      ? []
      : [py.keyword('limit', py.literal(rateLimit.runs)), py.keyword('seconds', py.literal(rateLimit.seconds))]),
    ...(retries === undefined
      ? []
      : [py.keyword('retries', py.literal(retries.max)), py.keyword('backoff', py.literal(retries.backoff))]),
  );
}

/** What the route of such a workflow is told: who may ask. */
export function admission(part: Identifier | undefined): readonly Keyword[] {
  if (part === undefined) return [];
  const depends = py.call(py.imported('fastapi', 'Depends'), py.attribute(py.name(part), 'admit'));
  return [py.keyword('dependencies', py.list([depends]))];
}

/** What begins its runs. */
export function through(part: Identifier | undefined): readonly Keyword[] {
  return part === undefined ? [] : [py.keyword('through', py.name(part))];
}
