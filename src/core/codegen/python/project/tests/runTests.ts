import { isModelNode } from '../../../../workflow/modelNodes.ts';
import { unknownIn, type Value } from '../../../../workflow/expressions/values.ts';
import * as py from '../../syntax/build.ts';
import type { Identifier, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { answersAsRehearsed } from './answered.ts';
import { takesTime } from './concurrency.ts';
import { expected } from './expectation.ts';
import { modelCallsAsRehearsed } from './modelCalls.ts';
import type { FailedRound } from './rounds.ts';
import type { Scene } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** More steps than anyone reads are not listed. */
const mostSteps = 20;

/** One test per run: it ends where it was to end, with what was to come out, after the steps that were to run. */
export function runTest(functions: TestFunctions, name: Identifier, run: Rehearsed): Stmt {
  const { workflow } = functions;
  const scene = functions.scene(run);
  if (run.trial.refused !== undefined) refuse(functions, scene, run, run.trial.refused);
  if (run.outcome.failedRounds !== undefined) return failingTest(functions, name, scene, run.outcome.failedRounds);
  const looksAt = callsLookedAt(functions, run);
  scene.standIn((id) => looksAt.has(id));
  const answers = scene.answers();
  if (answers.length > 0) scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const { statements, body } = answersAsRehearsed(workflow, scene, run);
  const steps = body === undefined ? [] : stepsOf(workflow, run);
  const timings = py.subscript(py.subscript(body ?? py.name('body'), 'meta'), 'node_timings');
  return functions.test(name, scene, docstringOf(run), [
    ...statements,
    ...modelCallsAsRehearsed(functions, scene, run),
    ...(steps.length === 0 || steps.length > mostSteps
      ? []
      : [py.assertion(py.compare(py.call(py.name('sorted'), timings), '==', py.literal(steps)))]),
    ...[...looksAt].map(([id, calls]) =>
      py.assertion(
        py.compare(py.attribute(scene.standInFor(id), 'calls'), '==', py.list(calls.map((call) => expected(call)))),
      ),
    ),
  ]);
}

/** Lets the first call of a model be refused. */
function refuse({ workflow }: TestFunctions, scene: Scene, { outcome }: Rehearsed, failing: string): void {
  const { nodes } = workflow.plan.checked.graph;
  const before = outcome.ran.slice(0, outcome.ran.indexOf(failing)).filter((id) => isModelNode(nodes.get(id)));
  scene.set('faults', py.list([...before.map(() => py.literal(null)), py.literal('refusal')]));
}

/** The run ends with what a round of a loop failed with, which says which it was. */
function failingTest(functions: TestFunctions, name: Identifier, scene: Scene, rounds: readonly FailedRound[]): Stmt {
  scene.standIn(() => false);
  scene.set('answers', py.list(scene.answers().map((each) => each.answer)));
  const answer = py.name('answer');
  const problem = py.call(py.attribute(answer, 'json'));
  return functions.test(name, scene, 'The error of a round names the loop and the item.', [
    py.assign(answer, scene.asking('ask')),
    py.assertion(py.compare(py.attribute(answer, 'status_code'), '==', py.literal(422)), py.attribute(answer, 'text')),
    py.assertion(
      py.compare(py.subscript(problem, 'items'), '==', py.literal(rounds.map(({ node, index }) => ({ node, index })))),
    ),
  ]);
}

function docstringOf({ outcome: { response } }: Rehearsed): string {
  return response === undefined ? 'No response answers.' : `The response \`${response.id}\` answers.`;
}

/** The steps that take time and so have one in the answer: model calls, functions and workflows, sorted. */
function stepsOf({ plan }: WorkflowModule, { outcome }: Rehearsed): readonly string[] {
  const steps = outcome.ran.filter((id) => takesTime(plan.checked.graph.nodes.get(id)));
  return [...new Set(steps)].toSorted((a, b) => (a < b ? -1 : 1));
}

/**
 * With what each function is called, where that is known and says something. Nodes that share a function are listed
 * under the first of them; where they run side by side the order of their calls is not known.
 */
function callsLookedAt({ workflow, steps }: TestFunctions, { outcome }: Rehearsed): ReadonlyMap<string, Value[]> {
  const { names, module } = workflow;
  const byTarget = new Map<string, string[]>();
  for (const id of new Set(outcome.calls.map(({ node }) => node))) {
    const target = names.targetOf(id, module);
    byTarget.set(target, [...(byTarget.get(target) ?? []), id]);
  }
  const found = new Map<string, Value[]>();
  for (const ids of byTarget.values()) {
    const [first = ''] = ids;
    const calls = outcome.calls.filter(({ node }) => ids.includes(node)).map(({ args }) => args);
    const isOrdered = steps.areInOrder(ids);
    const saysSomething = calls.some((call) => unknownIn(call) === undefined && Object.keys(call ?? {}).length > 0);
    if (isOrdered && saysSomething) found.set(first, calls);
  }
  return found;
}
