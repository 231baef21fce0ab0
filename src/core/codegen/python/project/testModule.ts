import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import * as py from '../syntax/build.ts';
import type { Constant } from '../syntax/names.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';
import { declaredVariables } from './declaredVariables.ts';
import type { WorkflowModule } from './workflowModules.ts';
import { sampleObject } from './sample.ts';

/** `tests/test_<workflow>.py`: the service over real HTTP, offline, against the simulated OpenAI. */
export function writeTestModule(workflow: WorkflowModule): string {
  const { trigger, file } = workflow.plan.checked;
  const { stream, inputSchema } = trigger.config;
  const sample = py.assign(py.name('INPUT'), py.literal(sampleObject(inputSchema)), {
    annotation: py.subscript(py.name('dict'), py.tuple([py.name('str'), py.imported('typing', 'Any')])),
  });
  const decorators = needsInput(inputSchema) ? skipped : [];
  const tests = [
    ...(stream === 'always' ? [] : [answersInOnePiece(workflow, decorators)]),
    ...(stream === 'never' ? [] : [streamsToOneEnd(workflow, decorators)]),
    ...refusesWrongInput(workflow),
  ];
  const env = declaredVariables([workflow.plan.checked]);
  const fixture = env.length === 0 ? [] : [setEnvironment(env)];
  return printModule(py.moduleOf([sample, ...fixture, ...tests], `Tests of ${file.name} against the simulated OpenAI.`))
    .text;
}

const service = py.name('service');
const parameters = [py.parameter('service', py.imported('tests.conftest', 'Service'))];

function test<const S extends string>(
  name: Constant<S>,
  docstring: string,
  body: readonly Stmt[],
  decorators: readonly Expr[] = [],
): Stmt {
  return py.def(name, { parameters, returns: py.literal(null), docstring, body, decorators });
}

/** A pattern without an example cannot be answered with a sample, so the tests that need one wait for their user. */
function needsInput(schema: JsonSchema): boolean {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties ?? {}).filter(([key]) => required.has(key));
  const inner = [...properties.map(([, property]) => property), schema.items].filter((each) => each !== undefined);
  const isGiven = schema.examples !== undefined || schema.default !== undefined || schema.enum !== undefined;
  return (schema.pattern !== undefined && !isGiven) || inner.some(needsInput);
}

const skipped = [
  py.call(
    py.attribute(py.attribute(py.importedModule('pytest'), 'mark'), 'skip'),
    py.keyword('reason', py.literal('The input has a pattern: put a text that fits it into INPUT.')),
  ),
];

/** Declared variables get a value before the service reads them. */
function setEnvironment(env: readonly string[]): Stmt {
  return py.def('declared_variables', {
    decorators: [
      py.call(py.attribute(py.importedModule('pytest'), 'fixture'), py.keyword('autouse', py.literal(true))),
    ],
    parameters: [py.parameter('monkeypatch', py.attribute(py.importedModule('pytest'), 'MonkeyPatch'))],
    returns: py.literal(null),
    body: env.map((name) =>
      py.statement(
        py.call(
          py.attribute(py.name('monkeypatch'), 'setenv'),
          py.literal(name),
          py.literal(`test ${name.toLowerCase()}`),
        ),
      ),
    ),
  });
}

function ask<const S extends string>(method: Constant<S>, { plan }: WorkflowModule, input: Expr): Expr {
  const { path, method: verb } = plan.checked.trigger.config;
  return py.call(py.attribute(service, method), py.literal(verb), py.literal(path), input);
}

function answersInOnePiece(workflow: WorkflowModule, decorators: readonly Expr[]): Stmt {
  const answer = py.name('answer');
  const body = py.name('body');
  return test(
    'test_answers_in_one_piece',
    'One JSON answer carries the output, the usage and what the run was.',
    [
      py.assign(answer, ask('ask', workflow, py.name('INPUT'))),
      py.assertion(
        py.compare(py.attribute(answer, 'status_code'), '==', py.literal(successStatus(workflow))),
        py.attribute(answer, 'text'),
      ),
      py.assign(body, py.call(py.attribute(answer, 'json'))),
      py.assertion(py.compare(py.literal('output'), 'in', body)),
      py.assertion(py.compare(py.subscript(py.subscript(body, 'usage'), 'total_tokens'), '>=', py.literal(0))),
      py.assertion(py.subscript(py.subscript(body, 'meta'), 'execution_id')),
    ],
    decorators,
  );
}

/** The status of the first response; all responses of most workflows share one. */
function successStatus({ plan }: WorkflowModule): number {
  return plan.checked.file.nodes.find((node) => node.type === 'response')?.config.status ?? 200;
}

function streamsToOneEnd(workflow: WorkflowModule, decorators: readonly Expr[]): Stmt {
  const events = py.name('events');
  return test(
    'test_streams_to_one_end',
    'A stream ends with one `done`, whose text is what the tokens said.',
    [
      py.assign(events, ask('stream', workflow, py.name('INPUT'))),
      py.assertion(py.compare(py.subscript(py.attribute(events, 'names'), -1), '==', py.literal('done')), events),
      py.assertion(
        py.compare(
          py.call(py.attribute(py.attribute(events, 'names'), 'count'), py.literal('done')),
          '==',
          py.literal(1),
        ),
      ),
      py.assertion(py.compare(py.subscript(py.attribute(events, 'last'), 'text'), '==', py.attribute(events, 'text'))),
    ],
    decorators,
  );
}

function refusesWrongInput(workflow: WorkflowModule): readonly Stmt[] {
  const { inputSchema } = workflow.plan.checked.trigger.config;
  const [missing] = inputSchema.required ?? [];
  if (missing === undefined || typesOf(inputSchema).includes('null')) return [];
  const answer = py.name('answer');
  return [
    test('test_refuses_input_that_does_not_fit', 'What is missing is named, and nothing is sent to the model.', [
      py.assign(answer, ask('ask', workflow, py.dict([]))),
      py.assertion(py.compare(py.attribute(answer, 'status_code'), '==', py.literal(422))),
      py.assertion(
        py.compare(py.subscript(py.call(py.attribute(answer, 'json')), 'code'), '==', py.literal('invalid_input')),
      ),
    ]),
  ];
}

export function testModulePath(module: Identifier): string {
  return `tests/test_${module}.py`;
}
