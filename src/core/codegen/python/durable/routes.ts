import { withinLimits } from '../nodes/logic/limits.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Keyword, Stmt } from '../syntax/tree.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';

const serving = 'app.durable.serving';
const durable = py.name('DURABLE');

/** What `app/routes.py` has for durable workflows: what knows them, what its router is told, and the routes of runs. */
export function durableRuns(
  title: string,
  workflows: readonly WorkflowModule[],
): readonly [readonly Stmt[], readonly Keyword[], readonly Stmt[]] {
  const known = workflows.map(({ plan, module, names }) => {
    const workflow = py.imported('app.workflows', module);
    return py.call(
      py.imported('app.durable.engine', 'DurableWorkflow'),
      py.literal(plan.checked.file.name),
      withinLimits(py.attribute(workflow, 'run'), plan.checked),
      py.attribute(workflow, names.inputClass),
    );
  });
  const made = py.call(py.imported(serving, 'Durable'), py.literal(title), ...known);
  const include = py.call(py.attribute(py.name('router'), 'include_router'), py.attribute(durable, 'routes'));
  return [
    [py.assign(durable, made)],
    [py.keyword('lifespan', py.attribute(durable, 'lifespan'))],
    [py.statement(include)],
  ];
}

/** `await respond_durably(request, "name", inputs, stream=…)` */
export function durableAnswer(workflow: string, asked: readonly Keyword[]): Expr {
  const respond = py.imported(serving, 'respond_durably');
  return py.awaited(py.call(respond, py.name('request'), py.literal(workflow), py.name('inputs'), ...asked));
}
