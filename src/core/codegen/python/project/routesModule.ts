import { mediaTypeOf } from '../../../workflow/nodes/rawAnswers.ts';
import { bodyOf } from '../../../workflow/nodes/requestBody.ts';
import { answersOf } from '../../../workflow/validate/answerType.ts';
import { keepsResults } from '../../../workflow/steps.ts';
import { durableAnswer, durableRuns } from '../durable/routes.ts';
import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import * as py from '../syntax/build.ts';
import { createScope } from '../syntax/names.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
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
  'timed_durably',
];

const taken = [
  ...takenInRoutes,
  'APIRouter',
  'JsonRoute',
  'Annotated',
  'Budget',
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

/** `app/routes.py`: one route per workflow, and what the application needs to know of the workflows. */
export function writeRoutesModule(title: string, workflows: readonly WorkflowModule[]): string {
  const checked = workflows.map(({ plan }) => plan.checked);
  const servers = askedServers(checked);
  const shared = sharedByRuns(checked);
  const constants = [...askedInPython(checked), ...embeddersOf(checked).map(({ provider }) => provider)].map(
    ({ constant }) => constant.name,
  );
  const names = createScope([...taken, ...constants, ...workflows.map(({ module }) => module)]);
  const variables = declaredVariables(workflows.map(({ plan }) => plan.checked));
  const durable = workflows.filter(({ plan }) => plan.checked.file.durable === true);
  const [engine = [], lifespan = [], routesOfRuns = []] = durable.length === 0 ? [] : durableRuns(title, durable);
  const takesJson = checked.some(({ trigger }) => bodyOf(trigger.config) === 'json');
  const strict = takesJson ? [py.keyword('route_class', py.imported('app.runtime.bodies', 'JsonRoute'))] : [];
  const router = py.assign(py.name('router'), py.call(py.imported('fastapi', 'APIRouter'), ...lifespan, ...strict));
  const env = py.assign(py.name('ENV'), py.literal(variables), {
    annotation: py.subscript(py.name('list'), py.name('str')),
  });
  const server = py.subscript(py.imported('app.runtime.context', 'Server'), py.imported('typing', 'Any'));
  const asked = py.assign(py.name('SERVERS'), py.list([...servers, ...shared]), {
    annotation: py.subscript(
      py.name('list'),
      shared.length === 0 ? server : py.imported('app.runtime.context', 'Asked'),
    ),
  });
  const routes = workflows.map((workflow) => route(workflow, names.snake(workflow.plan.checked.trigger.id)));
  const docstring = `The routes of ${title}, the variables of the environment that they need, and the servers that they ask.`;
  return printModule(py.moduleOf([...engine, router, env, asked, ...routes, ...routesOfRuns], docstring)).text;
}

/** What the runs of a process share besides the providers of models: by the nodes of workflows and of those that they call. */
function sharedByRuns(workflows: readonly CheckedWorkflow[]): readonly (Expr & { readonly kind: 'name' })[] {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  const shared = nodes.flatMap(({ type }) => generatorOf(type).shared ?? []);
  if (workflows.some(keepsResults)) shared.push(stepCache);
  return [...new Map(shared.map((each) => [each.name, each])).values()];
}

const stepCache = py.imported('app.runtime.step_cache', 'StepCache');

const registered = { GET: 'get', HEAD: 'head', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

function route({ plan, module, names }: WorkflowModule, name: Identifier): Stmt {
  const { file, trigger } = plan.checked;
  const { method, path, stream } = trigger.config;
  const workflow: Expr = py.imported('app.workflows', module);
  const model = py.attribute(workflow, names.inputClass);
  const isBody = bodyOf(trigger.config) !== 'query';
  const query = py.call(py.imported('fastapi', 'Query'));
  const annotation = isBody ? model : py.subscript(py.imported('typing', 'Annotated'), py.tuple([model, query]));
  const register = (by: keyof typeof registered, ...more: readonly Keyword[]): Expr =>
    py.call(py.attribute(py.name('router'), registered[by]), py.literal(path), ...more);
  const hidden = py.keyword('include_in_schema', py.literal(false));
  const asked = [py.keyword('stream', py.literal(stream)), ...kindsOf(plan.checked)];
  const answer =
    file.durable === true
      ? durableAnswer(file.name, asked)
      : py.call(
          py.imported('app.runtime.server', 'respond'),
          py.name('request'),
          withinLimits(py.attribute(workflow, 'run'), plan.checked),
          py.name('inputs'),
          py.keyword('workflow', py.literal(file.name)),
          ...asked,
        );
  return py.asyncDef(name, {
    decorators: [
      register(method, py.keyword('operation_id', py.literal(module))),
      ...(method === 'GET' ? [register('HEAD', hidden)] : []),
    ],
    parameters: [py.parameter('request', py.imported('fastapi', 'Request')), py.parameter('inputs', annotation)],
    returns: py.imported('fastapi', 'Response'),
    body: [py.returned(answer)],
    docstring: file.description.trim() === '' ? `Runs the workflow ${file.name}.` : file.description,
  });
}

/** What callers may accept of answers in one piece, where that is not JSON. */
function kindsOf(checked: CheckedWorkflow): readonly Keyword[] {
  const given = answersOf(checked).map(({ response }) =>
    response === undefined ? 'application/json' : mediaTypeOf(response.config),
  );
  const kinds = new Set(given.map((type) => type?.replace(/ *;.*$/, '').toLowerCase() ?? '*/*'));
  return [...kinds].join() === 'application/json' ? [] : [py.keyword('kinds', py.literal([...kinds]))];
}
