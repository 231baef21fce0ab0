import { keepsResults } from '../../../workflow/steps.ts';
import { durableAnswer, durableRuns } from '../durable/routes.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import * as py from '../syntax/build.ts';
import { createScope } from '../syntax/names.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { declaredVariables } from './declaredVariables.ts';
import { embeddersOf } from './embeddingParts.ts';
import { askedInPython, askedServers } from './modelParts.ts';
import type { WorkflowModule } from './workflowModules.ts';

/** What `app/routes.py` calls something of its own, so that it could not import a workflow under that name. */
export const takenInRoutes: readonly string[] = [
  'inputs',
  'limited',
  'request',
  'respond',
  'respond_durably',
  'router',
  'timed',
];

const taken = [
  ...takenInRoutes,
  'APIRouter',
  'Annotated',
  'Budget',
  'CACHE',
  'DURABLE',
  'Durable',
  'DurableWorkflow',
  'ENV',
  'Query',
  'Request',
  'Response',
  'SERVERS',
  'Server',
];

const stepCache = py.imported('app.runtime.step_cache', 'CACHE');

/** `app/routes.py`: one route per workflow, and what the application needs to know of the workflows. */
export function writeRoutesModule(title: string, workflows: readonly WorkflowModule[]): string {
  const checked = workflows.map(({ plan }) => plan.checked);
  const asked = [...askedServers(checked), ...(checked.some(keepsResults) ? [stepCache] : [])];
  const constants = [...askedInPython(checked), ...embeddersOf(checked).map(({ provider }) => provider)].map(
    ({ constant }) => constant.name,
  );
  const names = createScope([...taken, ...constants, ...workflows.map(({ module }) => module)]);
  const variables = declaredVariables(workflows.map(({ plan }) => plan.checked));
  const durable = workflows.filter(({ plan }) => plan.checked.file.durable === true);
  const [engine = [], lifespan = [], routesOfRuns = []] = durable.length === 0 ? [] : durableRuns(title, durable);
  const router = py.assign(py.name('router'), py.call(py.imported('fastapi', 'APIRouter'), ...lifespan));
  const env = py.assign(py.name('ENV'), py.literal(variables), {
    annotation: py.subscript(py.name('list'), py.name('str')),
  });
  const servers = py.assign(py.name('SERVERS'), py.list(asked), {
    annotation: py.subscript(
      py.name('list'),
      py.subscript(py.imported('app.runtime.context', 'Server'), py.imported('typing', 'Any')),
    ),
  });
  const routes = workflows.map((workflow) => route(workflow, names.snake(workflow.plan.checked.trigger.id)));
  const docstring = `The routes of ${title}, the variables of the environment that they need, and the servers that they ask.`;
  return printModule(py.moduleOf([...engine, router, env, servers, ...routes, ...routesOfRuns], docstring)).text;
}

const decorators = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

function route({ plan, module, names }: WorkflowModule, name: Identifier): Stmt {
  const { file, trigger } = plan.checked;
  const { method, path, stream } = trigger.config;
  const workflow: Expr = py.imported('app.workflows', module);
  const model = py.attribute(workflow, names.inputClass);
  const isBody = method !== 'GET' && method !== 'DELETE';
  const query = py.call(py.imported('fastapi', 'Query'));
  const annotation = isBody ? model : py.subscript(py.imported('typing', 'Annotated'), py.tuple([model, query]));
  const register = py.attribute(py.name('router'), decorators[method]);
  const streams = py.keyword('stream', py.literal(stream));
  const answer =
    file.durable === true
      ? durableAnswer(file.name, streams)
      : py.call(
          py.imported('app.runtime.server', 'respond'),
          py.name('request'),
          withinLimits(py.attribute(workflow, 'run'), plan.checked),
          py.name('inputs'),
          py.keyword('workflow', py.literal(file.name)),
          streams,
        );
  return py.asyncDef(name, {
    decorators: [py.call(register, py.literal(path))],
    parameters: [py.parameter('request', py.imported('fastapi', 'Request')), py.parameter('inputs', annotation)],
    returns: py.imported('fastapi', 'Response'),
    body: [py.returned(answer)],
    docstring: file.description.trim() === '' ? `Runs the workflow ${file.name}.` : file.description,
  });
}
