import { inputOf } from '../../../workflow/trigger.ts';
import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { asksProvider, candidatesOf, catalogOf, isModelNode } from '../../../workflow/modelNodes.ts';
import type { Lifecycle } from '../../../workflow/models/catalog.ts';
import { embeddingServer } from '../../../workflow/models/embeddings/servers.ts';
import { sentFormat } from '../../../workflow/sentSchema.ts';
import type { WorkflowFile } from '../../../workflow/types.ts';
import { callerFixture, doorTests } from '../door/tests.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { declaredSecrets, declaredVariables } from './declaredVariables.ts';
import type { WorkflowModule } from './workflowModules.ts';
import { whyNoSample } from './sample.ts';
import { variableValue } from './tests/baseTrial.ts';
import { durableTests } from './tests/durableTests.ts';
import { carriedBy, endpointOf, servedAlone } from './tests/endpoint.ts';
import { faultTests } from './tests/faultTests.ts';
import { missedTests, skipped } from './tests/missedTests.ts';
import { routingTests } from './tests/routingTests.ts';
import { runTest } from './tests/runTests.ts';
import { findRuns, simplestRun } from './tests/search.ts';
import { servedModelTests } from './tests/servedModelTests.ts';
import { servedToolTests } from './tests/servedToolTests.ts';
import { socketTests } from './tests/socketTests.ts';
import { streamTests } from './tests/streamTests.ts';
import { TestFunctions } from './tests/testFunctions.ts';
import { namesOfRuns } from './tests/testNames.ts';
import { toolTests } from './tests/toolTests.ts';

/**
 * `tests/test_<workflow>.py`: the service over real HTTP, offline, against the simulated OpenAI. Every way that a run can
 * take, streams, tools, and what callers are told when the model call goes wrong.
 */
export function writeTestModule(workflow: WorkflowModule): string {
  const { checked } = workflow.plan;
  const { file, trigger } = checked;
  const { runs, missed } = findRuns(workflow.plan);
  const start = runs[0] ?? simplestRun(workflow.plan);
  const reason = whyNotTold(file, inputOf(trigger));
  const decorators = reason === undefined ? [] : [skipped(reason)];
  const functions = new TestFunctions(workflow, start.trial.input, decorators);
  const sample = py.assign(py.name('INPUT'), py.literal(start.trial.input), {
    annotation: py.subscript(py.name('dict'), py.tuple([py.name('str'), py.imported('typing', 'Any')])),
  });
  const names = namesOfRuns(workflow.plan, runs);
  const tests = [
    ...runs.map((run, index) => runTest(functions, functions.name(names[index] ?? ''), run)),
    ...missedTests(functions, missed, start),
    ...toolTests(functions, runs),
    ...streamTests(functions, runs),
    ...durableTests(functions, runs),
    ...faultTests(functions, runs.length === 0 ? [start] : runs),
    ...routingTests(functions, runs),
    ...servedModelTests(functions, runs),
    ...servedToolTests(functions, runs),
    ...socketTests(functions, runs),
    ...refusesWrongInput(workflow),
    ...doorTests(workflow, py.name('INPUT')),
  ];
  const fixtures = [
    ...setEnvironment([...declaredVariables([checked]), ...declaredSecrets([checked])]),
    ...passDelays(checked),
    ...acceptModels(workflow),
    ...callerFixture(workflow),
  ];
  return printModule(
    py.moduleOf(
      [sample, ...servedAlone(workflow), ...fixtures, ...tests],
      `Tests of ${file.name}${withCalled(checked).some(asks) ? ' against the simulated OpenAI' : ''}.`,
    ),
  ).text;
}

function asks({ file }: CheckedWorkflow): boolean {
  return file.nodes.some(asksProvider);
}

/** Why the tests cannot be run as they are: nobody but a person can say what fits. */
function whyNotTold({ nodes }: WorkflowFile, inputSchema: JsonSchema): string | undefined {
  const ofInput = whyNoSample(inputSchema);
  if (ofInput !== undefined) return `The input has ${ofInput}: put a value that fits it into INPUT.`;
  for (const { id, config } of nodes.filter(isModelNode)) {
    if (typeof config.responseFormat !== 'object') continue;
    const ofAnswer = whyNoSample(sentFormat(config.responseFormat).schema);
    if (ofAnswer !== undefined) return `The answer of ${id} has ${ofAnswer}: tell one that fits it.`;
  }
  return undefined;
}

const autouse = py.call(py.attribute(py.importedModule('pytest'), 'fixture'), py.keyword('autouse', py.literal(true)));

/** Steps that wait are over at once: an hour would be one of the tests as well. */
function passDelays(checked: CheckedWorkflow): readonly Stmt[] {
  const waiting = withCalled(checked).filter(({ file }) => file.nodes.some(({ type }) => type === 'delay'));
  const sleeping = new Set(
    waiting.map(({ file }) => (file.durable === true ? 'app.durable.times.sleep_until' : 'app.runtime.delay.sleep')),
  );
  if (sleeping.size === 0) return [];
  const setattr = py.attribute(py.name('monkeypatch'), 'setattr');
  const nothing = py.call(py.imported('unittest.mock', 'AsyncMock'));
  const fixture = py.def('delays_that_pass_at_once', {
    decorators: [autouse],
    parameters: [py.parameter('monkeypatch', py.attribute(py.importedModule('pytest'), 'MonkeyPatch'))],
    returns: py.literal(null),
    body: [...sleeping].map((name) => py.statement(py.call(setattr, py.literal(name), nothing))),
  });
  return [fixture];
}

/** Declared variables get a value before the service reads them. */
function setEnvironment(env: readonly string[]): readonly Stmt[] {
  if (env.length === 0) return [];
  const setenv = py.attribute(py.name('monkeypatch'), 'setenv');
  const fixture = py.def('declared_variables', {
    decorators: [autouse],
    parameters: [py.parameter('monkeypatch', py.attribute(py.importedModule('pytest'), 'MonkeyPatch'))],
    returns: py.literal(null),
    body: env.map((name) => py.statement(py.call(setenv, py.literal(name), py.literal(variableValue(name))))),
  });
  return [fixture];
}

/** The simulated OpenAI refuses models as OpenAI does; a workflow may be made for another server that has them. */
function acceptModels({ plan }: WorkflowModule): readonly Stmt[] {
  const models = plan.checked.file.nodes.flatMap((node): readonly (Lifecycle | undefined)[] => {
    if (isModelNode(node))
      return candidatesOf(node).map((each) => catalogOf(each).find(each.config.model.constant ?? ''));
    if (node.type !== 'embeddingGenerate') return [];
    return [embeddingServer(node.config.provider).catalog.find(node.config.model.constant ?? '')];
  });
  const settings = py.attribute(py.name('simulated_openai'), 'settings');
  const accepted = [
    ...(models.some((model) => model?.status === 'retired') ? [py.attribute(settings, 'accept_retired_models')] : []),
    ...(models.includes(undefined) ? [py.attribute(settings, 'accept_unknown_models')] : []),
  ];
  if (accepted.length === 0) return [];
  const fixture = py.def('models_of_another_server', {
    decorators: [autouse],
    parameters: [
      py.parameter('simulated_openai', py.imported('tests.simulated_providers.testing', 'RunningSimulation')),
    ],
    returns: py.literal(null),
    docstring: 'OpenAI itself does not have all the models of this workflow.',
    body: accepted.map((setting): Stmt => py.assign(setting, py.literal(true))),
  });
  return [fixture];
}

function refusesWrongInput(workflow: WorkflowModule): readonly Stmt[] {
  const { checked } = workflow.plan;
  const inputSchema = inputOf(checked.trigger);
  const { method, path } = endpointOf(workflow);
  const [missing] = meaningOf(inputSchema).required ?? [];
  if (missing === undefined || typesOf(inputSchema).includes('null')) return [];
  const answer = py.name('answer');
  const ask: Expr = py.attribute(py.name('service'), 'ask');
  const asksModels = asks(checked);
  const simulated = py.name('simulated_openai');
  return [
    py.def('test_refuses_input_that_does_not_fit', {
      parameters: [
        py.parameter('service', py.imported('tests.service', 'Service')),
        ...(asksModels
          ? [py.parameter('simulated_openai', py.imported('tests.simulated_providers.testing', 'RunningSimulation'))]
          : []),
      ],
      returns: py.literal(null),
      docstring: asksModels ? 'Nothing is sent to a model.' : 'Nothing runs.',
      body: [
        py.assign(
          answer,
          py.call(ask, py.literal(method), py.literal(path), py.dict([]), ...carriedBy(endpointOf(workflow))),
        ),
        py.assertion(py.compare(py.attribute(answer, 'status_code'), '==', py.literal(422))),
        py.assertion(
          py.compare(py.subscript(py.call(py.attribute(answer, 'json')), 'code'), '==', py.literal('invalid_input')),
        ),
        ...(asksModels ? [py.assertion(py.compare(py.attribute(simulated, 'requests'), '==', py.list([])))] : []),
      ],
    }),
  ];
}

export function testModulePath(module: Identifier): string {
  return `tests/test_${module}.py`;
}
