import { callerSchema, endpointOf, isAsked, type AskedNode, type TriggerNode } from '../../../workflow/trigger.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Identifier, Keyword, Stmt } from '../syntax/tree.ts';

type EndpointConfig = NodeOf<'httpEndpoint'>['config'];
type RateLimit = NonNullable<EndpointConfig['rateLimit']>;

const guardModule = 'app.door.guard';

/** Whether a request has to pass a guard before its body is read. */
export function isGuarded(trigger: TriggerNode): trigger is AskedNode {
  if (!isAsked(trigger)) return false;
  const { rateLimit, cors } = trigger.config;
  return (
    callerSchema(trigger) !== undefined ||
    (rateLimit !== undefined && quotasOf(rateLimit).length > 0) ||
    cors !== undefined
  );
}

/** The class of routes that ask their guard. */
export const guardedRoute = py.imported(guardModule, 'GuardedRoute');
export const guardedFormRoute = py.imported('app.door.guarded_forms', 'GuardedFormRoute');

/** What makes of a workflow's `run` one that knows who asks. */
export const admission = py.imported(guardModule, 'admitted');

/** A workflow's `run` that knows who asks. */
export function admitted(run: Expr): Expr {
  return py.call(admission, run, py.name('request'));
}

/** `Guard(…)`: what a request has to pass. */
export function guardOf(workflow: string, { config }: AskedNode, cors: Expr | undefined): Expr {
  const { auth, rateLimit } = config;
  const quotas = rateLimit === undefined ? [] : quotasOf(rateLimit);
  const limits = rateLimit === undefined || quotas.length === 0 ? undefined : limitsOf(workflow, rateLimit, quotas);
  const scopes = auth?.scopes ?? [];
  return py.call(
    py.imported(guardModule, 'Guard'),
    ...given('auth', authOf(auth)),
    ...given('scopes', auth?.kind === 'none' || scopes.length === 0 ? undefined : py.literal(scopes)),
    ...given('limits', limits),
    ...given('cors', cors),
  );
}

function given(name: 'auth' | 'scopes' | 'limits' | 'cors', value: Expr | undefined): readonly Keyword[] {
  return value === undefined ? [] : [py.keyword(name, value)];
}

function authOf(auth: EndpointConfig['auth']): Expr | undefined {
  switch (auth?.kind ?? 'none') {
    case 'none':
      return undefined;
    case 'apiKey':
      return py.call(py.imported('app.door.api_keys', 'ApiKeys'));
    case 'basic':
      return py.call(py.imported('app.door.api_keys', 'BasicKeys'));
    case 'bearer':
      return py.call(
        py.imported('app.door.bearer', 'BearerTokens'),
        py.literal(auth?.algorithms ?? ['RS256', 'ES256']),
      );
  }
}

type Quota = readonly [most: number, unit: 'requests' | 'tokens' | 'usd', per: 'minute' | 'day'];

function quotasOf(rateLimit: RateLimit): readonly Quota[] {
  return (['minute', 'day'] as const).flatMap((per) =>
    (['requests', 'tokens', 'usd'] as const).flatMap((unit): readonly Quota[] => {
      const most = rateLimit[per]?.[unit];
      return most === undefined ? [] : [[most, unit, per]];
    }),
  );
}

/** The fewest requests that a caller may send in a time. */
export function requestQuota(rateLimit: RateLimit): number | undefined {
  const requests = quotasOf(rateLimit).flatMap(([most, unit]) => (unit === 'requests' ? [most] : []));
  return requests.length === 0 ? undefined : Math.min(...requests);
}

function limitsOf(workflow: string, { per, whenUncounted }: RateLimit, quotas: readonly Quota[]): Expr {
  const module = 'app.door.limits';
  const made = quotas.map((quota) => py.call(py.imported(module, 'Quota'), ...quota.map((each) => py.literal(each))));
  return py.call(
    py.imported(module, 'RateLimits'),
    py.literal(workflow),
    py.list(made),
    ...(per === 'address' ? [py.keyword('by_address', py.literal(true))] : []),
    ...(whenUncounted === 'allow' ? [py.keyword('open_when_uncounted', py.literal(true))] : []),
  );
}

/** What pages of other origins may send. */
export type PageRights = NonNullable<EndpointConfig['cors']>;

/** `Cors(…)` @param methods all that pages may send to the path */
export function corsOf(cors: PageRights, methods: readonly string[]): Expr {
  const { headers, credentials, maxAgeSeconds } = cors;
  return py.call(
    py.imported('app.door.cors', 'Cors'),
    py.literal(methods),
    ...(headers.length === 0 ? [] : [py.keyword('headers', py.literal(headers))]),
    ...(credentials ? [py.keyword('credentials', py.literal(true))] : []),
    ...(maxAgeSeconds === 600 ? [] : [py.keyword('max_age_seconds', py.literal(maxAgeSeconds))]),
  );
}

/** Answers to OPTIONS at a path. @param cors the constant that gives them */
export function preflight(path: string, cors: Identifier): Stmt {
  return furtherRoute(path, py.attribute(py.name(cors), 'preflight'), 'OPTIONS');
}

/** A route that /openapi.json does not list. */
export function furtherRoute(path: string, endpoint: Expr, method: 'OPTIONS' | 'GET'): Stmt {
  return py.statement(
    py.call(
      py.attribute(py.name('router'), 'add_api_route'),
      py.literal(path),
      endpoint,
      py.keyword('methods', py.literal([method])),
      py.keyword('include_in_schema', py.literal(false)),
    ),
  );
}

/** The methods that pages may send to each path, of the triggers that let them. */
export function corsMethods(triggers: readonly TriggerNode[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, readonly string[]>();
  for (const trigger of triggers) {
    if (!isAsked(trigger) || trigger.config.cors === undefined) continue;
    const { path, method } = endpointOf(trigger);
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  return methods;
}

/** What a service shares at its door. */
export function sharedAtDoor(triggers: readonly TriggerNode[]): readonly Expr[] {
  const configs = triggers.filter(isGuarded).map(({ config }) => config);
  return [
    ...(configs.some(({ auth }) => auth?.kind === 'bearer') ? [py.imported('app.door.bearer', 'Issuer')] : []),
    ...(configs.some(({ cors }) => cors !== undefined) ? [py.imported('app.door.cors', 'Origins')] : []),
  ];
}
