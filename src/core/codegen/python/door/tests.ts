import { endpointOf, isAsked, isOperators } from '../../../workflow/trigger.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Keyword, Parameter, Stmt } from '../syntax/tree.ts';
import { isGuarded, requestQuota } from './guards.ts';

/** Names of tests, which no other test of a module gets. */
export const doorTestNames: readonly string[] = [
  'test_refuses_strangers',
  'test_refuses_too_much',
  'test_refuses_forgeries',
  'test_refuses_repetitions',
];

const startService = py.imported('tests.service', 'StartService');
const service = py.parameter('service', py.imported('tests.service', 'Service'));
const monkeyPatch = py.attribute(py.importedModule('pytest'), 'MonkeyPatch');
const environment = py.parameter('environment', monkeyPatch);
const decorators = [py.attribute(py.importedModule('pytest'), 'fixture')];
/** More requests than this take a test too long. */
const mostRequests = 100;

/** The fixture that starts the service for a caller who may come in; nothing where anyone may. */
export function callerFixture(workflow: WorkflowModule): readonly Stmt[] {
  const { trigger } = workflow.plan.checked;
  if (!workflow.isRouted) return [];
  const start = [py.name('start_service'), py.name('environment')];
  if (trigger.type === 'webhookReceiver') {
    const made = py.call(py.imported('tests.door.webhooks', 'starting_signed'), ...start, nameOf(workflow));
    return [fixture('Starts the service for one who signs what he sends.', [], [py.returned(made)])];
  }
  if (isOperators(trigger)) {
    const made = py.call(py.imported('tests.durable', 'starting_with_token'), py.name('start_service'));
    return [fixture('Starts the service for one who has its token.', [], [py.returned(made)])];
  }
  if (!isGuarded(trigger)) return [];
  const { auth, rateLimit } = trigger.config;
  const free =
    rateLimit === undefined
      ? []
      : [py.statement(py.call(py.imported('tests.door.limits', 'without_limits'), py.name('environment')))];
  switch (auth?.kind ?? 'none') {
    case 'none':
      return free.length === 0
        ? []
        : [fixture('Starts the service without its limits.', [], [...free, py.returned(py.name('start_service'))])];
    case 'apiKey':
    case 'basic': {
      const folder = py.parameter('tmp_path', py.imported('pathlib', 'Path'));
      const made = py.call(
        py.imported('tests.door.keys', 'starting_with_key'),
        ...start,
        py.name('tmp_path'),
        ...scopesOf(workflow),
        ...(auth?.kind === 'basic' ? [py.keyword('basic', py.literal(true))] : []),
      );
      return [fixture('Starts the service for a caller with a key.', [folder], [...free, py.returned(made)])];
    }
    case 'bearer': {
      const request = py.parameter('request', py.attribute(py.importedModule('pytest'), 'FixtureRequest'));
      const [algorithm = 'RS256'] = auth?.algorithms ?? [];
      const made = py.call(
        py.imported('tests.door.tokens', 'starting_with_token'),
        ...start,
        py.name('request'),
        ...(algorithm === 'RS256' ? [] : [py.keyword('algorithm', py.literal(algorithm))]),
        ...scopesOf(workflow),
      );
      return [fixture('Starts the service for a caller with a token.', [request], [...free, py.returned(made)])];
    }
  }
}

function fixture(docstring: string, further: readonly Parameter[], body: readonly Stmt[]): Stmt {
  return py.def('start_service', {
    decorators,
    parameters: [py.parameter('start_service', startService), environment, ...further],
    returns: startService,
    docstring,
    body,
  });
}

function scopesOf({ plan }: WorkflowModule): readonly Keyword[] {
  const { trigger } = plan.checked;
  const scopes = isAsked(trigger) ? (trigger.config.auth?.scopes ?? []) : [];
  return scopes.length === 0 ? [] : [py.keyword('scopes', py.literal(scopes))];
}

function nameOf({ plan }: WorkflowModule): Expr {
  return py.literal(plan.checked.file.name);
}

/** What becomes of those who may not come in. */
export function doorTests(workflow: WorkflowModule, given: Expr): readonly Stmt[] {
  const { trigger } = workflow.plan.checked;
  if (!workflow.isRouted) return [];
  if (trigger.type === 'webhookReceiver') {
    const helpers = 'tests.door.webhooks';
    const path = py.literal(trigger.config.path);
    return [
      test(
        'test_refuses_forgeries',
        'Nothing runs that is not signed with the secret.',
        [service],
        [py.call(py.imported(helpers, 'refuses_forgeries'), py.name('service'), nameOf(workflow), path, given)],
      ),
      test(
        'test_refuses_repetitions',
        'What has come once does not run again.',
        [service],
        [py.call(py.imported(helpers, 'refuses_repetitions'), py.name('service'), path, given)],
      ),
    ];
  }
  if (isOperators(trigger)) {
    const path = py.literal(endpointOf(trigger).path);
    return [
      test(
        'test_refuses_strangers',
        'Only who has the token of the service begins runs.',
        [service],
        [py.call(py.imported('tests.durable', 'refuses_strangers'), py.name('service'), path, given)],
      ),
    ];
  }
  if (!isGuarded(trigger)) return [];
  const { auth, rateLimit } = trigger.config;
  const { method, path } = endpointOf(trigger);
  const asked = [py.literal(method), py.literal(path), given];
  const kind = auth?.kind ?? 'none';
  const helpers = kind === 'bearer' ? 'tests.door.tokens' : 'tests.door.keys';
  const requests = rateLimit && requestQuota(rateLimit);
  return [
    ...(kind === 'none'
      ? []
      : [
          test(
            'test_refuses_strangers',
            `Only who has a ${kind === 'bearer' ? 'token' : 'key'} comes in.`,
            [service],
            [py.call(py.imported(helpers, 'refuses_strangers'), py.name('service'), ...asked, ...scopesOf(workflow))],
          ),
        ]),
    ...(requests === undefined || requests > mostRequests
      ? []
      : [
          test(
            'test_refuses_too_much',
            'Who asks too much is told when to come again.',
            [service, environment],
            [
              py.call(
                py.imported('tests.door.limits', 'refuses_too_much'),
                py.name('service'),
                py.name('environment'),
                ...asked,
                py.keyword('requests', py.literal(requests)),
              ),
            ],
          ),
        ]),
  ];
}

function test(
  name: 'test_refuses_strangers' | 'test_refuses_too_much' | 'test_refuses_forgeries' | 'test_refuses_repetitions',
  docstring: string,
  parameters: readonly Parameter[],
  calls: readonly Expr[],
): Stmt {
  return py.def(name, {
    parameters,
    returns: py.literal(null),
    docstring,
    body: calls.map((call) => py.statement(call)),
  });
}
