import { isList } from '../../../../workflow/expressions/values.ts';
import { asksProvider, candidatesOf, isModelNode, providerOf } from '../../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import { goesOnWithout, hasSpoken } from './aroundLoops.ts';
import { endpointOf } from './endpoint.ts';
import { beginsAnew } from './routingTests.ts';
import type { Expr, Stmt } from '../../syntax/tree.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

const answer = py.name('answer');
const events = py.name('events');

/** What callers are told when a request goes wrong, for workflows that call a model or make embeddings. */
export function faultTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { checked } = functions.workflow.plan;
  const { graph } = checked;
  const isFatal = (id: string): boolean => !goesOnWithout(checked, id);
  const isPassedOn = (run: Rehearsed, id: string): boolean => {
    const { onError = 'fail', retries } = graph.nodes.get(id)?.step ?? {};
    return onError === 'fail' && retries?.on === undefined && !hasSpoken(functions.workflow, run, id);
  };
  return [
    ...firstOf(
      runs,
      (id) => asksProvider(graph.nodes.get(id)) && isFatal(id),
      (run, first) =>
        isPassedOn(run, first) ? [rateLimit(functions, run, first), overflow(functions, run, first)] : [],
    ),
    ...firstOf(
      runs,
      (id) => isModelNode(graph.nodes.get(id)) && isFatal(id),
      (run, first) =>
        isPassedOn(run, first) && tellsRefusals(graph.nodes.get(first)) ? [refusal(functions, run, first)] : [],
    ),
    ...cutStream(functions, runs),
  ];
}

/** Tests of the first run that has a step of some kind, and the first of these in it. */
function firstOf(
  runs: readonly Rehearsed[],
  isOne: (id: string) => boolean,
  tests: (run: Rehearsed, first: string) => readonly Stmt[],
): readonly Stmt[] {
  const run = runs.find(({ outcome }) => outcome.ran.some(isOne));
  const first = run?.outcome.ran.find(isOne);
  return run === undefined || first === undefined ? [] : tests(run, first);
}

/** Whether every model that a node can ask can say that it refuses. */
function tellsRefusals(node: WorkflowNode | undefined): boolean {
  return isModelNode(node) && candidatesOf(node).every((each) => providerOf(each).tellsRefusals !== false);
}

/** Asks, the functions before the first model call standing in; what comes back is a problem with a status and a code. */
function problemTest(
  functions: TestFunctions,
  run: Rehearsed,
  first: string,
  words: string,
  docstring: string,
  problem: { status: number; code: string; goesWrong(scene: Scene): void; more?: readonly Stmt[] },
): Stmt {
  const scene = functions.scene(run);
  scene.standIn(() => false, first);
  problem.goesWrong(scene);
  const isStream = endpointOf(functions.workflow).stream === 'always';
  const accept = isStream ? [py.keyword('accept', py.literal('text/event-stream'))] : [];
  return functions.test(functions.name(words), scene, docstring, [
    py.assign(answer, scene.asking('ask', ...accept)),
    py.assertion(
      py.compare(py.attribute(answer, 'status_code'), '==', py.literal(problem.status)),
      py.attribute(answer, 'text'),
    ),
    py.assertion(
      py.compare(py.subscript(py.call(py.attribute(answer, 'json')), 'code'), '==', py.literal(problem.code)),
    ),
    ...(problem.more ?? []),
  ]);
}

function header(name: string): Expr {
  return py.subscript(py.attribute(answer, 'headers'), name);
}

function rateLimit(functions: TestFunctions, run: Rehearsed, first: string): Stmt {
  return problemTest(
    functions,
    run,
    first,
    'test a rate limit is passed on',
    'A wait that is too long for the service is left to its caller, who is told how long.',
    {
      status: 429,
      code: 'rate_limited',
      goesWrong: (scene) => scene.set('fault', py.literal('rate_limited_seconds; retry_after=120')),
      more: [
        py.assertion(py.compare(header('content-type'), '==', py.literal('application/problem+json'))),
        py.assertion(py.compare(header('retry-after'), '==', py.literal('120'))),
      ],
    },
  );
}

function overflow(functions: TestFunctions, run: Rehearsed, first: string): Stmt {
  const node = functions.workflow.plan.checked.graph.nodes.get(first);
  return problemTest(
    functions,
    run,
    first,
    'test a prompt that is too long is refused',
    'The model takes fewer tokens than the prompt has.',
    {
      status: 413,
      code: 'context_length_exceeded',
      // An empty text is refused before; one of a single word has a token more than this.
      goesWrong: (scene) => scene.set('context_window', py.literal(isModelNode(node) ? 1 : 0)),
    },
  );
}

function refusal(functions: TestFunctions, run: Rehearsed, first: string): Stmt {
  return problemTest(
    functions,
    run,
    first,
    'test a refusal is an error',
    'No step goes on with an answer that is not there.',
    { status: 422, code: 'refused', goesWrong: (scene) => scene.set('fault', py.literal('refusal')) },
  );
}

/** How many requests go out before a step of a run; undefined where nobody knows. */
function requestsBefore(
  { workflow: { plan } }: TestFunctions,
  { outcome }: Rehearsed,
  step: string,
): number | undefined {
  let count = 0;
  const embedded = outcome.embedded.values();
  for (const id of outcome.ran.slice(0, outcome.ran.indexOf(step))) {
    const node = plan.checked.graph.nodes.get(id);
    if (isModelNode(node)) count += 1;
    if (node?.type !== 'embeddingGenerate') continue;
    const texts = embedded.next().value?.texts ?? null;
    // Of texts one of which is empty none is sent, and a loop may go on without them.
    if (!isList(texts) || texts.includes('') || node.config.cache) return undefined;
    count += Math.ceil(texts.length / node.config.batchSize);
  }
  return count;
}

/** The stream of a node that runs beside no other model call, so that it is certain which request is cut. */
function cutStream(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { plan } = functions.workflow;
  if (endpointOf(functions.workflow).stream === 'never') return [];
  const isCut = (run: Rehearsed, id: string): boolean => {
    const told = run.trial.answers.get(id);
    const { onError = 'fail' } = plan.checked.graph.nodes.get(id)?.step ?? {};
    const isTold = told !== undefined && told.kind !== 'call' && told.kind !== 'failure';
    const isOver = plan.streamed.has(id) && !functions.requests.has(id) && isTold;
    const isFatal = onError === 'fail' && !goesOnWithout(plan.checked, id);
    return isFatal && isOver && !beginsAnew(plan.checked.graph.nodes.get(id));
  };
  const run = runs.find((each) => each.outcome.ran.some((id) => isCut(each, id)));
  const cut = run?.outcome.ran.find((id) => isCut(run, id));
  if (run === undefined || cut === undefined) return [];
  const scene = functions.scene(run);
  scene.standIn(() => false, cut);
  scene.set('answers', py.list(scene.answers().map((each) => each.answer)));
  const before = requestsBefore(functions, run, cut);
  if (before === undefined) return [];
  const fault = py.literal('cut; after=2');
  if (before === 0) scene.set('fault', fault);
  else scene.set('faults', py.list([...Array.from({ length: before }, () => py.literal(null)), fault]));
  const names = py.attribute(events, 'names');
  const received = py.subscript(py.attribute(events, 'last'), 'received_characters');
  return [
    functions.test(
      functions.name('test a cut stream ends with one error'),
      scene,
      'Whoever listens keeps what had arrived, and is told that there is more to it.',
      [
        py.assign(events, scene.asking('stream')),
        py.assertion(py.compare(py.subscript(names, -1), '==', py.literal('error')), events),
        py.assertion(py.compare(py.call(py.attribute(names, 'count'), py.literal('error')), '==', py.literal(1))),
        py.assertion(py.compare(py.literal('done'), 'not in', names)),
        py.assertion(
          py.compare(py.subscript(py.attribute(events, 'last'), 'code'), '==', py.literal('stream_interrupted')),
        ),
        py.assertion(py.compare(py.attribute(events, 'text'), '!=', py.literal(''))),
        py.assertion(py.compare(received, '==', py.call(py.name('len'), py.attribute(events, 'text')))),
      ],
    ),
  ];
}
