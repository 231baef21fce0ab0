import { mediaTypeOf, streamedAnswers } from '../../../workflow/nodes/rawAnswers.ts';
import { bodyOf } from '../../../workflow/nodes/requestBody.ts';
import { answersOf } from '../../../workflow/validate/answerType.ts';
import { serverVariables } from '../../../workflow/mcp/lock.ts';
import { credentialVariables } from '../../../workflow/secrets.ts';
import { keepsResults } from '../../../workflow/steps.ts';
import { linkSecrets } from '../durable/parts.ts';
import { queueMetrics } from '../durable/metrics.ts';
import { durableHeaders, runPages } from '../durable/pages.ts';
import { durableAnswer, durableReceipt, durableRuns } from '../durable/routes.ts';
import { admission, through, triggerParts } from '../durable/triggers.ts';
import {
  endpointOf,
  isAsked,
  isOperators,
  type AskedNode,
  type OperatorsNode,
  type TriggerNode,
} from '../../../workflow/trigger.ts';
import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import type { NodeOf, WorkflowFile } from '../../../workflow/types.ts';
import { socketRoute } from '../websocket/endpoint.ts';
import { allowedTogether, clientPages } from '../door/clientPages.ts';
import {
  admitted,
  corsMethods,
  corsOf,
  furtherRoute,
  guardedFormRoute,
  guardedRoute,
  guardOf,
  isGuarded,
  preflight,
  sharedAtDoor,
} from '../door/guards.ts';
import { backgroundRuns, webhookOf } from '../door/webhooks.ts';
import { mcpSessions } from '../nodes/llm/mcpTools.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import * as py from '../syntax/build.ts';
import { createScope } from '../syntax/names.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';
import { declaredCredentials, declaredMcpServers, declaredVariables, signingSecrets } from './declaredVariables.ts';
import { embeddersOf } from './embeddingParts.ts';
import { servedModel } from '../workflow/servedModel.ts';
import { servedTool } from '../workflow/servedTool.ts';
import { askedInPython, askedServers } from './modelParts.ts';
import { partRoutes, type ServicePart } from '../operation/serviceParts.ts';
import type { WorkflowModule } from './workflowModules.ts';

/** What `app/routes.py` calls something of its own, so that it could not import a workflow under that name. */
export const takenInRoutes: readonly string[] = [
  'access_log',
  'admitted',
  'approvals_router',
  'background_runs',
  'events_router',
  'inputs',
  'limited',
  'receive_durably',
  'metrics',
  'queue_metrics',
  'reloading',
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
  'Form',
  'FormRoute',
  'JsonRoute',
  'NeededSecret',
  'Annotated',
  'Budget',
  'DURABLE',
  'Depends',
  'Durable',
  'DurableWorkflow',
  'ENV',
  'Model',
  'Query',
  'Queue',
  'Request',
  'Response',
  'SERVERS',
  'Schedule',
  'Waiting',
  'Memory',
  'Server',
  'Tool',
  'WebSocketEndpoint',
  'mcp_router',
  'openai_router',
];

/** `app/routes.py`: one route per workflow, and what the application needs to know of the workflows. @param parts what it is operated with */
export function writeRoutesModule(
  title: string,
  workflows: readonly WorkflowModule[],
  parts: readonly ServicePart[],
): string {
  const checked = workflows.map(({ plan }) => plan.checked);
  const servers = askedServers(checked);
  const shared = [
    ...sharedByRuns(checked),
    ...sharedAtDoor(checked.map(({ trigger }) => trigger)),
    ...neededSecrets(checked),
  ];
  const accounts = [...askedInPython(checked), ...embeddersOf(checked).map(({ provider }) => provider)].map(
    ({ constant }) => constant.name,
  );
  const names = createScope([...taken, ...accounts, ...workflows.map(({ module }) => module)]);
  const variables = declaredVariables(workflows.map(({ plan }) => plan.checked));
  const durable = workflows.filter(({ plan }) => plan.checked.file.durable === true);
  const triggers = triggerParts(durable, names);
  const router = py.assign(py.name('router'), py.call(py.imported('fastapi', 'APIRouter'), ...routerOptions(checked)));
  const env = py.assign(py.name('ENV'), py.literal(variables), {
    annotation: py.subscript(py.name('list'), py.name('str')),
  });
  const server = py.subscript(py.imported('app.runtime.context', 'Server'), py.imported('typing', 'Any'));
  const methods = corsMethods(checked.map(({ trigger }) => trigger));
  const preflights = new Set<string>();
  const constants: Stmt[] = [];
  const guards = new Map<WorkflowModule, Identifier>();
  const webhooks: Identifier[] = [];
  const routes = workflows.flatMap((workflow) => {
    const { file, trigger } = workflow.plan.checked;
    const name = names.snake(trigger.id);
    if (trigger.type === 'webhookReceiver') {
      const webhook = names.constant(`${file.name} webhook`);
      webhooks.push(webhook);
      constants.push(py.assign(py.name(webhook), webhookOf(file.name, trigger.config)));
      return webhookRoute(workflow, trigger, name, webhook);
    }
    if (isOperators(trigger)) return [route(workflow, trigger, name, undefined, triggers.names.get(workflow))];
    if (!isGuarded(trigger)) return [route(workflow, trigger, name), ...socketRoute(workflow, names, constants)];
    const { path, cors } = trigger.config;
    const allowed = cors && names.constant(`${file.name} cors`);
    const guard = names.constant(`${file.name} guard`);
    const isFirst = allowed !== undefined && !preflights.has(path);
    if (isFirst) preflights.add(path);
    if (cors && allowed) {
      const rights = file.durable === true ? allowedTogether([cors], durableHeaders) : cors;
      constants.push(py.assign(py.name(allowed), corsOf(rights, methods.get(path) ?? [])));
    }
    const made = guardOf(file.name, trigger, allowed && py.name(allowed));
    constants.push(py.assign(py.name(guard), made));
    guards.set(workflow, guard);
    return [
      route(workflow, trigger, name, guard),
      ...socketRoute(workflow, names, constants, guard),
      ...(isFirst ? [preflight(path, allowed)] : []),
    ];
  });
  const models = workflows.flatMap((each) => servedModel(each, guards.get(each)) ?? []);
  if (models.length > 0)
    routes.push(included(py.call(py.imported('app.openai_api.models', 'openai_router'), ...models)));
  const tools = workflows.flatMap((each) => servedTool(each, guards.get(each)) ?? []);
  if (tools.length > 0)
    routes.push(included(py.call(py.imported('app.mcp_server.server', 'mcp_router'), py.literal(title), ...tools)));
  routes.push(
    ...clientPages(
      checked.map(({ trigger }) => trigger),
      names,
      constants,
    ),
  );
  const asked = [...servers, ...shared, ...webhooks.map((webhook) => py.attribute(py.name(webhook), 'secrets'))];
  const needed = py.assign(py.name('SERVERS'), py.list(asked), {
    annotation: py.subscript(
      py.name('list'),
      asked.length === servers.length ? server : py.imported('app.runtime.context', 'Asked'),
    ),
  });
  const pages = runPages(durable, names, constants);
  const [engine, routesOfRuns] = durableRuns(title, durable, (each) => guards.get(each), triggers, pages);
  const docstring = `The routes of ${title}, the variables of the environment that they need, and the servers that they ask.`;
  return printModule(
    py.moduleOf(
      [
        router,
        env,
        ...constants,
        ...triggers.constants,
        ...engine,
        needed,
        ...routes,
        ...routesOfRuns,
        ...partRoutes(parts, checked),
        ...queueMetrics(parts, durable, triggers).map(included),
      ],
      docstring,
    ),
  ).text;
}

/** Routes of another router among these. */
function included(router: Expr): Stmt {
  return py.statement(py.call(py.attribute(py.name('router'), 'include_router'), router));
}

/** What the runs of a process share besides the providers of models: by the nodes of workflows and of those that they call. */
function sharedByRuns(workflows: readonly CheckedWorkflow[]): readonly (Expr & { readonly kind: 'name' })[] {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  const shared = nodes.flatMap(({ type }) => generatorOf(type).shared ?? []);
  if (workflows.some(keepsResults)) shared.push(stepCache);
  if (declaredMcpServers(workflows).length > 0) shared.push(mcpSessions);
  return [...new Map(shared.map((each) => [each.name, each])).values()];
}

/** What a service without it says of itself at `/readyz`. */
function neededSecrets(workflows: readonly CheckedWorkflow[]): readonly Expr[] {
  return [
    ...declaredCredentials(workflows).flatMap(credentialVariables),
    ...declaredMcpServers(workflows).map((name) => serverVariables(name)[0]),
    ...signingSecrets(workflows),
    ...linkSecrets(workflows),
  ].map((name) => py.call(py.imported('app.runtime.needed_secrets', 'NeededSecret'), py.literal(name)));
}

const stepCache = py.imported('app.runtime.step_cache', 'StepCache');

const registered = { GET: 'get', HEAD: 'head', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** What says where the input comes from when it is not a body of JSON. */
const carriers = { json: undefined, query: 'Query', form: 'Form', multipart: 'Form' } as const;

function route(
  { plan, module, names }: WorkflowModule,
  trigger: AskedNode | OperatorsNode,
  name: Identifier,
  guard?: Identifier,
  part?: Identifier,
): Stmt {
  const { file } = plan.checked;
  const { method, path, stream } = endpointOf(trigger);
  const workflow: Expr = py.imported('app.workflows', module);
  const model = py.attribute(workflow, names.inputClass);
  const carrier = carriers[bodyOf(endpointOf(trigger))];
  const annotation =
    carrier === undefined
      ? model
      : py.subscript(py.imported('typing', 'Annotated'), py.tuple([model, py.call(py.imported('fastapi', carrier))]));
  const passing =
    guard === undefined ? admission(part) : [py.keyword('dependencies', py.attribute(py.name(guard), 'dependencies'))];
  const register = (by: keyof typeof registered, ...more: readonly Keyword[]): Expr =>
    py.call(py.attribute(py.name('router'), registered[by]), py.literal(path), ...more);
  const hidden = py.keyword('include_in_schema', py.literal(false));
  const run = withinLimits(py.attribute(workflow, 'run'), plan.checked);
  const streams = [py.keyword('stream', py.literal(stream)), ...kindsOf(plan.checked)];
  const answer =
    file.durable === true
      ? durableAnswer(file.name, [...streams, ...through(part)])
      : py.call(
          py.imported('app.runtime.server', 'respond'),
          py.name('request'),
          guard === undefined ? run : admitted(run),
          py.name('inputs'),
          py.keyword('workflow', py.literal(file.name)),
          ...streams,
        );
  return py.asyncDef(name, {
    decorators: [
      register(method, py.keyword('operation_id', py.literal(module)), ...passing),
      ...(method === 'GET' ? [register('HEAD', hidden, ...passing)] : []),
    ],
    parameters: [py.parameter('request', py.imported('fastapi', 'Request')), py.parameter('inputs', annotation)],
    returns: py.imported('fastapi', 'Response'),
    body: [py.returned(answer)],
    docstring: docstringOf(file),
  });
}

/** What callers may accept of answers in one piece, where that is not JSON. */
function kindsOf(checked: CheckedWorkflow): readonly Keyword[] {
  const given = answersOf(checked).map(({ response }) =>
    response === undefined ? 'application/json' : mediaTypeOf(response.config),
  );
  const kinds = new Set(given.map((type) => type?.replace(/ *;.*$/, '').toLowerCase() ?? '*/*'));
  const accepted =
    [...kinds].join() === 'application/json' ? [] : [py.keyword('kinds', py.tuple([...kinds].map(py.literal)))];
  const [streamed] = streamedAnswers(checked);
  return streamed === undefined
    ? accepted
    : [...accepted, py.keyword('whole', textStream(streamed.config.contentType))];
}

/** What answers with a text while it comes. */
function textStream(contentType: string | undefined): Expr {
  const module = 'app.runtime.text_streams';
  if (contentType === undefined) return py.imported(module, 'TextStream');
  return py.call(py.imported(module, 'text_stream'), py.literal(contentType));
}

function webhookRoute(
  { plan, module, names }: WorkflowModule,
  { config }: NodeOf<'webhookReceiver'>,
  name: Identifier,
  webhook: Identifier,
): readonly Stmt[] {
  const { file } = plan.checked;
  const workflow: Expr = py.imported('app.workflows', module);
  const takes = py.attribute(workflow, names.inputClass);
  const received =
    file.durable === true
      ? durableReceipt(webhook, takes)
      : py.awaited(
          py.call(
            py.attribute(py.name(webhook), 'receive'),
            py.name('request'),
            withinLimits(py.attribute(workflow, 'run'), plan.checked),
            takes,
          ),
        );
  const described = py.keyword('operation_id', py.literal(module));
  return [
    py.asyncDef(name, {
      decorators: [py.call(py.attribute(py.name('router'), 'post'), py.literal(config.path), described)],
      parameters: [py.parameter('request', py.imported('fastapi', 'Request'))],
      returns: py.imported('fastapi', 'Response'),
      body: [py.returned(received)],
      docstring: docstringOf(file),
    }),
    ...(config.challenge === 'hub'
      ? [furtherRoute(config.path, py.attribute(py.name(webhook), 'confirm'), 'GET')]
      : []),
  ];
}

function docstringOf({ name, description }: WorkflowFile): string {
  return description.trim() === '' ? `Runs the workflow ${name}.` : description;
}

function routerOptions(workflows: readonly CheckedWorkflow[]): readonly Keyword[] {
  const triggers = workflows.map(({ trigger }) => trigger);
  const routeClass = routeClassOf(triggers);
  return [
    ...(routeClass === undefined ? [] : [py.keyword('route_class', routeClass)]),
    ...(workflows.some(goesOnInBackground) ? [py.keyword('lifespan', backgroundRuns)] : []),
  ];
}

function goesOnInBackground({ file, trigger }: CheckedWorkflow): boolean {
  return trigger.type === 'webhookReceiver' && file.durable !== true;
}

/** The class that reads bodies as strictly as they are promised to be, of those who may send them. */
function routeClassOf(triggers: readonly TriggerNode[]): Expr | undefined {
  const bodies = new Set(triggers.filter(isAsked).map((each) => bodyOf(endpointOf(each))));
  const readsForms = bodies.has('form') || bodies.has('multipart');
  if (triggers.some(isGuarded)) return readsForms ? guardedFormRoute : guardedRoute;
  if (readsForms) return py.imported('app.runtime.forms', 'FormRoute');
  return bodies.has('json') ? py.imported('app.runtime.bodies', 'JsonRoute') : undefined;
}
