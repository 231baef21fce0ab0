import { withinLimits } from '../nodes/logic/limits.ts';
import { partsOf } from './parts.ts';
import type { TriggerParts } from './triggers.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';

const serving = 'app.durable.serving';
const durable = py.name('DURABLE');

/**
 * What `app/routes.py` has for durable workflows: what knows them, and the routes of their runs; nothing where there are none.
 * @param guardOf the constant that stands before a workflow's endpoint
 */
export function durableRuns(
  title: string,
  workflows: readonly WorkflowModule[],
  guardOf: (workflow: WorkflowModule) => Identifier | undefined,
  triggers: TriggerParts,
  pages: readonly Keyword[],
): readonly [readonly Stmt[], readonly Stmt[]] {
  if (workflows.length === 0) return [[], []];
  const known = workflows.map((each) => {
    const { plan, module, names } = each;
    const guard = guardOf(each);
    const workflow = py.imported('app.workflows', module);
    const run = withinLimits(py.attribute(workflow, 'run'), plan.checked);
    const queue = plan.checked.trigger.type === 'queueConsumer' ? triggers.names.get(each) : undefined;
    return py.call(
      py.imported('app.durable.engine', 'DurableWorkflow'),
      py.literal(plan.checked.file.name),
      queue === undefined ? run : py.call(py.attribute(py.name(queue), 'retrying'), run),
      py.attribute(workflow, names.inputClass),
      ...(guard === undefined ? [] : [py.keyword('guard', py.name(guard))]),
    );
  });
  const made = py.call(
    py.imported(serving, 'Durable'),
    py.literal(title),
    ...known,
    ...partsOf(workflows, triggers),
    ...pages,
  );
  const include = py.call(py.attribute(py.name('router'), 'include_router'), py.attribute(durable, 'routes'));
  return [[py.assign(durable, made)], [py.statement(include)]];
}

/** `await receive_durably(request, WEBHOOK, Input)` */
export function durableReceipt(webhook: Identifier, takes: Expr): Expr {
  const receive = py.imported('app.durable.webhooks', 'receive_durably');
  return py.awaited(py.call(receive, py.name('request'), py.name(webhook), takes));
}

/** `await respond_durably(request, "name", inputs, stream=…)` */
export function durableAnswer(workflow: string, asked: readonly Keyword[]): Expr {
  const respond = py.imported(serving, 'respond_durably');
  return py.awaited(py.call(respond, py.name('request'), py.literal(workflow), py.name('inputs'), ...asked));
}
