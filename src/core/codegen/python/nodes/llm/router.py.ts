import { candidatesOf, providerOf, type Candidate } from '../../../../workflow/modelNodes.ts';
import { isAlways, type Route, type Strategy } from '../../../../workflow/nodes/llm/routes.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { modelBehind } from '../../../../workflow/validate/requestedModel.ts';
import { runtimeOf } from '../../durable/modules.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import {
  callDecision,
  ctx,
  leavingCallersCalls,
  parsedType,
  stepOptions,
  toolOptions,
  withCallersTools,
} from './completion.ts';
import { sentMessages } from './completionParameters.ts';
import { Parameters } from './parameters.ts';

type Router = NodeOf<'llmRouter'>;

const module = 'app.nodes.llm.router';

const orders = {
  cost: py.imported('app.llm.router.orders', 'by_cost'),
  speed: py.imported('app.llm.router.orders', 'by_speed'),
  quality: py.imported('app.llm.router.orders', 'by_quality'),
  balanced: py.imported('app.llm.router.orders', 'balanced'),
  custom: py.imported('app.llm.router.orders', 'as_written'),
} as const satisfies Readonly<Record<Strategy, Expr>>;

const router = py.imported(module, 'Router');
const hedge = py.imported('app.llm.router.hedging', 'Hedge');
const candidate = py.imported(module, 'Candidate');
const pace = py.imported(module, 'Pace');
const answer = py.imported(module, 'RoutedCompletion');
const answerOf = py.imported(module, 'RoutedCompletionOf');
const request = py.imported('app.llm.types', 'RequestConfig');
const complete = py.imported(module, 'complete_routed');

/**
 * A router becomes one call: the models that can answer, each a constant where a run changes nothing of it, with its condition
 * as the `if` beside it, and what all of them are asked.
 */
export const llmRouter: NodeCodeGenerator<'llmRouter'> = {
  imports: [
    'complete_routed_with_tools',
    ...[...Object.values(orders), router, hedge, candidate, pace, answer, answerOf, request, complete].map(
      ({ name }) => name,
    ),
  ],
  valueType: (node, scope) => {
    const parsed = parsedType(node, scope);
    return parsed === undefined ? answer : py.subscript(answerOf, parsed);
  },
  annotates: ({ config }) => typeof config.responseFormat === 'object',
  value: (node, scope) => {
    const { routes, fallback, sticky } = node.config;
    const all = candidatesOf(node);
    const { shared, made } = candidateExprs(node, all, scope);
    shared.addExpr('messages', sentMessages(node.config, scope));
    const choices = routes.map((route, index) => chosenIf(made[index] ?? py.literal(null), route, scope));
    const options = [...stepOptions(node, scope)];
    const last = made.at(-1);
    if (fallback !== undefined && last !== undefined) options.push(py.keyword('fallback', last));
    if (sticky !== undefined) options.push(py.keyword('sticky', scope.value(sticky)));
    const tools = toolOptions(node, scope);
    const answered = py.call(
      tools.length === 0 ? complete : runtimeOf(scope.checked.file).completeRoutedWithTools,
      ctx,
      routerConstant(node, scope),
      py.list(choices),
      withCallersTools(node, shared.request(node.id, request)),
      ...options,
      ...tools,
    );
    return leavingCallersCalls(node, py.awaited(answered));
  },
  decision: callDecision,
};

function chosenIf(made: Expr, route: Route, scope: NodeScope): Expr {
  return isAlways(route) || route.condition === undefined
    ? made
    : py.conditional(scope.test(route.condition, false), made, py.literal(null));
}

function routerConstant({ id, config: { strategy, onCut, hedgeAfterMs } }: Router, scope: NodeScope): Expr {
  const options: Keyword[] = [];
  if (onCut === 'restart') options.push(py.keyword('restarts', py.literal(true)));
  if (hedgeAfterMs > 0) options.push(py.keyword('race', py.call(hedge, py.literal(hedgeAfterMs))));
  return scope.constant(`${id} router`, undefined, py.call(router, orders[strategy], ...options));
}

/** The models that can answer, and what of their requests all of them share. */
function candidateExprs(node: Router, all: readonly Candidate[], scope: NodeScope) {
  const asked = all.map((each) => scope.asks(each));
  const { shared, own } = Parameters.shared(
    scope,
    asked.map(({ parameters }) => parameters),
  );
  const made = all.map((each, index) => {
    const { provider, request: type } = asked[index] ?? { provider: py.literal(null), request };
    const parameters = own[index] ?? new Parameters(scope);
    const expr = py.call(
      py.subscript(candidate, type),
      provider,
      py.dict(parameters.entries),
      ...factsOf(node, each, node.config.routes[index], index),
    );
    return parameters.isConstant ? scope.constant(`${node.id} ${providerOf(each).id}`, undefined, expr) : expr;
  });
  return { shared, made };
}

/** What its strategy goes by, and why a model is chosen. */
function factsOf(node: Router, each: Candidate, route: Route | undefined, index: number): readonly Keyword[] {
  const { strategy } = node.config;
  const model = modelBehind(each);
  const facts: Keyword[] = [];
  if (strategy === 'custom' && route !== undefined) {
    if (!isAlways(route)) facts.push(py.keyword('reason', py.literal(`condition ${index + 1}`)));
    if (route.weight !== undefined) facts.push(py.keyword('weight', py.literal(route.weight)));
  }
  const isRanked = strategy === 'quality' || strategy === 'balanced';
  if (isRanked && model?.quality !== undefined) facts.push(py.keyword('quality', py.literal(model.quality.rank)));
  const isTimed = strategy === 'speed' || strategy === 'balanced';
  if (isTimed && model?.pace !== undefined) {
    const { firstTokenMs, tokensPerSecond } = model.pace;
    facts.push(py.keyword('pace', py.call(pace, py.literal(firstTokenMs), py.literal(tokensPerSecond))));
  }
  return facts;
}
