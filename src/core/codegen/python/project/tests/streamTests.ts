import { isModelNode } from '../../../../workflow/modelNodes.ts';
import { hasRawAnswers } from '../../../../workflow/nodes/rawAnswers.ts';
import { unknownIn } from '../../../../workflow/expressions/values.ts';
import * as py from '../../syntax/build.ts';
import { endpointOf } from './endpoint.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { expected } from './expectation.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';
import type { ToldAnswer } from './trial.ts';

const events = py.name('events');
const done = py.name('done');

/** A stream and an answer in one piece say the same: for the first run that streams, and for one with a function call. */
export function streamTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { plan } = functions.workflow;
  if (endpointOf(functions.workflow).stream !== 'auto' || hasRawAnswers(plan.checked)) return [];
  const streaming = (kind: ToldAnswer['kind']): Rehearsed | undefined =>
    runs.find(({ trial, outcome }) =>
      outcome.ran.some((id) => plan.streamed.has(id) && trial.answers.get(id)?.kind === kind),
    );
  const inText = streaming('text') ?? streaming('json') ?? runs[0];
  const withCall = streaming('call');
  return [
    ...(inText === undefined ? [] : [sameTest(functions, 'test a stream says what one answer says', inText)]),
    ...(withCall === undefined || withCall === inText
      ? []
      : [sameTest(functions, 'test a stream asks for the same calls', withCall)]),
  ];
}

function sameTest(functions: TestFunctions, words: string, run: Rehearsed): Stmt {
  const scene = functions.scene(run);
  scene.standIn(() => false);
  const answers = scene.answers();
  const { nodes } = functions.workflow.plan.checked.graph;
  const areAllTold = run.outcome.ran.every((id) => !isModelNode(nodes.get(id)) || run.trial.answers.has(id));
  if (answers.length > 0) {
    const told = py.name('answers');
    scene.add(py.assign(told, py.list(answers.map(({ answer }) => answer))));
    const twice = [py.starred(told), py.starred(told)];
    scene.set('answers', py.list(areAllTold ? twice : [py.starred(told)]));
  }
  // Who is told nothing must not take what is meant for the second time.
  const again =
    answers.length > 0 && !areAllTold ? [scene.setting('answers', py.list([py.starred(py.name('answers'))]))] : [];
  const whole = py.name('whole');
  const output = py.subscript(done, 'output');
  const isVarying = unknownIn(run.outcome.output)?.varies === true;
  const hasSameUsage = areSentTwice(functions, run);
  const same = hasSameUsage ? 'output and usage' : 'output';
  const asked = scene.asking('ask');
  return functions.test(functions.name(words), scene, `It ends once, with the same ${same} as in one piece.`, [
    isVarying && !hasSameUsage
      ? py.assertion(py.attribute(asked, 'is_success'))
      : py.assign(whole, py.call(py.attribute(asked, 'json'))),
    ...again,
    py.assign(events, scene.asking('stream')),
    py.assertion(py.compare(py.subscript(py.attribute(events, 'names'), -1), '==', py.literal('done')), events),
    py.assertion(
      py.compare(
        py.call(py.attribute(py.attribute(events, 'names'), 'count'), py.literal('done')),
        '==',
        py.literal(1),
      ),
    ),
    py.assign(done, py.attribute(events, 'last')),
    py.assertion(py.compare(output, '==', isVarying ? expected(run.outcome.output) : py.subscript(whole, 'output'))),
    ...(hasSameUsage
      ? [py.assertion(py.compare(py.subscript(done, 'usage'), '==', py.subscript(whole, 'usage')))]
      : []),
    ...textAndCalls(functions, run),
  ]);
}

function textAndCalls(functions: TestFunctions, { trial, outcome }: Rehearsed): readonly Stmt[] {
  const { streamed } = functions.workflow.plan;
  const told = outcome.ran.filter((id) => streamed.has(id)).map((id) => trial.answers.get(id));
  const calls = told.filter((answer) => answer?.kind === 'call');
  const text = told.map((answer) => textOf(answer)).join('');
  // Where several items are worked on at once, their texts arrive mixed.
  if (outcome.ran.some((id) => streamed.has(id) && functions.modelCalls.areBeside(id, id))) return [];
  const sameText = py.assertion(py.compare(py.attribute(events, 'text'), '==', py.subscript(done, 'text')));
  return [
    sameText,
    ...(text === '' || told.includes(undefined)
      ? []
      : [py.assertion(py.compare(py.attribute(events, 'text'), '==', py.literal(text)))]),
    ...(calls.length === 0
      ? []
      : [
          py.assertion(
            py.compare(
              py.attribute(events, 'calls'),
              '==',
              py.list(calls.map((call) => py.tuple([py.literal(call.name), py.literal(call.arguments)]))),
            ),
          ),
        ]),
  ];
}

function textOf(told: ToldAnswer | undefined): string {
  if (told?.kind === 'text') return told.text;
  return told?.kind === 'json' ? JSON.stringify(told.value) : '';
}

/** Whether the second of two equal requests takes what the first took: embeddings may be kept, and what a step gives. */
function areSentTwice({ workflow: { plan } }: TestFunctions, { outcome }: Rehearsed): boolean {
  const { nodes } = plan.checked.graph;
  return outcome.ran.every((id) => {
    const node = nodes.get(id);
    return node?.step?.cache === undefined && !(node?.type === 'embeddingGenerate' && node.config.cache);
  });
}
