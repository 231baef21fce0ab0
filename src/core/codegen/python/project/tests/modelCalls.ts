import { isList, orderOf, Unknown, type Value } from '../../../../workflow/expressions/values.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import type { Plan } from '../../plan/plan.ts';
import { expected } from './expectation.ts';
import type { Outcome } from './rehearsal.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** A longer question is not repeated in a test. */
const longest = 400;
/** More texts than anyone reads are not listed; as many are one request. */
const mostTexts = 20;

/** What the models of a run were asked, and that they could call what they called. */
export function modelCallsAsRehearsed(
  { modelCalls, workflow }: TestFunctions,
  scene: Scene,
  { trial, outcome }: Rehearsed,
): readonly Stmt[] {
  const told = outcome.ran.flatMap((id) => trial.answers.get(id) ?? []);
  const called = told.flatMap((answer) => (answer.kind === 'call' ? [answer.name] : []));
  const isOrdered = modelCalls.areInOrder(outcome.questions.map(({ node }) => node));
  const questions = outcome.questions.map(({ question }) => shortEnough(question));
  return [
    ...(told.length === outcome.questions.length ? asked(scene, questions, isOrdered) : []),
    ...embedded(workflow.plan, scene, outcome),
    ...called.map((name) => py.assertion(py.compare(py.literal(name), 'in', py.attribute(scene.simulated, 'offered')))),
  ];
}

function asked(scene: Scene, questions: readonly Value[], isOrdered: boolean): readonly Stmt[] {
  const texts = questions.filter((question) => typeof question === 'string');
  if (texts.length === 0 || (!isOrdered && texts.length < questions.length)) return [];
  const actual = py.attribute(scene.simulated, 'questions');
  return [
    isOrdered
      ? py.assertion(py.compare(actual, '==', py.list(questions.map(expected))))
      : py.assertion(py.compare(py.call(py.name('sorted'), actual), '==', py.literal(texts.toSorted(orderOf)))),
  ];
}

/** The texts that embeddings were made of, where all of them are known and sent. */
function embedded({ checked }: Plan, scene: Scene, outcome: Outcome): readonly Stmt[] {
  const [first, ...others] = outcome.embedded.map(({ node }) => checked.graph.nodes.get(node));
  const texts = outcome.embedded.flatMap((each) => (isList(each.texts) ? each.texts : [each.texts]));
  const areSent = [first, ...others].every((node) => node?.type === 'embeddingGenerate' && !node.config.cache);
  if (texts.length === 0 || texts.length > mostTexts || !areSent) return [];
  const isKnown = (text: Value): text is string => typeof text === 'string' && text !== '' && text.length <= longest;
  const known = texts.filter(isKnown);
  if (known.length < texts.length) return [];
  const actual = py.attribute(scene.simulated, 'embedded');
  return [
    others.length === 0 && first?.type === 'embeddingGenerate' && texts.length <= first.config.batchSize
      ? py.assertion(py.compare(actual, '==', py.literal(known)))
      : py.assertion(py.compare(py.call(py.name('sorted'), actual), '==', py.literal(known.toSorted(orderOf)))),
  ];
}

function shortEnough(question: Value): Value {
  return typeof question === 'string' && question.length > longest ? new Unknown(false) : question;
}
