import { budgetArgument } from '../nodes/logic/budget.ts';
import * as py from '../syntax/build.ts';
import { createScope } from '../syntax/names.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { declaredVariables } from './declaredVariables.ts';
import { askedProviders } from './modelParts.ts';
import type { WorkflowModule } from './workflowModules.ts';

const taken = [
  'app',
  'request',
  'input',
  'Annotated',
  'Query',
  'Request',
  'Response',
  'Budget',
  'OPENAI',
  'create_app',
  'respond',
];

/** `app/main.py`: the application, and one route per workflow. */
export function writeMainModule(title: string, workflows: readonly WorkflowModule[]): string {
  const names = createScope([...taken, ...workflows.map(({ module }) => module)]);
  const only = workflows.length === 1 ? workflows[0]?.plan.checked.file : undefined;
  const env = declaredVariables(workflows.map(({ plan }) => plan.checked));
  const options = [py.keyword('title', py.literal(title))];
  if (only !== undefined && only.description !== '')
    options.push(py.keyword('description', py.literal(only.description)));
  if (env.length > 0) options.push(py.keyword('env', py.literal(env)));
  const servers = askedProviders(workflows.map(({ plan }) => plan.checked));
  if (servers.length > 0) options.push(py.keyword('servers', py.list(servers)));
  const app = py.assign(py.name('app'), py.call(py.imported('app.runtime.server', 'create_app'), ...options));
  const routes = workflows.map((workflow) => route(workflow, names.snake(workflow.plan.checked.trigger.id)));
  return printModule(py.moduleOf([app, ...routes], `${title} as an HTTP service.`)).text;
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
  const register = py.attribute(py.name('app'), decorators[method]);
  const answer = py.call(
    py.imported('app.runtime.server', 'respond'),
    py.name('request'),
    py.attribute(workflow, 'run'),
    py.name('input'),
    py.keyword('workflow', py.literal(file.name)),
    py.keyword('stream', py.literal(stream)),
    ...budgetArgument(trigger.config.budget),
  );
  return py.asyncDef(name, {
    decorators: [py.call(register, py.literal(path))],
    parameters: [py.parameter('request', py.imported('fastapi', 'Request')), py.parameter('input', annotation)],
    returns: py.imported('fastapi', 'Response'),
    body: [py.returned(answer)],
    docstring: file.description.trim() === '' ? `Runs the workflow ${file.name}.` : file.description,
  });
}
