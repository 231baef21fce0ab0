import { unknownIn, type Value } from '../../../../workflow/expressions/values.ts';
import * as py from '../../syntax/build.ts';
import type { Identifier, Stmt } from '../../syntax/tree.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { answersAsRehearsed } from './answered.ts';
import { takesTime } from './concurrency.ts';
import { expected } from './expectation.ts';
import { modelCallsAsRehearsed } from './modelCalls.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** More steps than anyone reads are not listed. */
const mostSteps = 20;

/** One test per run: it ends where it was to end, with what was to come out, after the steps that were to run. */
export function runTest(functions: TestFunctions, name: Identifier, run: Rehearsed): Stmt {
  const { workflow } = functions;
  const scene = functions.scene(run);
  const looksAt = callsLookedAt(functions, run);
  scene.standIn((id) => looksAt.has(id));
  const answers = scene.answers();
  if (answers.length > 0) scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const { statements, body } = answersAsRehearsed(workflow, scene, run);
  const timings = py.subscript(py.subscript(body, 'meta'), 'node_timings');
  const steps = stepsOf(workflow, run);
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

function docstringOf({ outcome: { response } }: Rehearsed): string {
  return response === undefined ? 'No response answers.' : `The response \`${response.id}\` answers.`;
}

/** The steps that take time and so have one in the answer: model calls, functions and workflows, sorted. */
function stepsOf({ plan }: WorkflowModule, { outcome }: Rehearsed): readonly string[] {
  return outcome.ran.filter((id) => takesTime(plan.checked.graph.nodes.get(id))).toSorted((a, b) => (a < b ? -1 : 1));
}

/**
 * With what each function is called, where that is known and says something. Nodes that share a function are listed
 * under the first of them; where they run side by side the order of their calls is not known.
 */
function callsLookedAt({ workflow, steps }: TestFunctions, { outcome }: Rehearsed): ReadonlyMap<string, Value[]> {
  const { names, module } = workflow;
  const byTarget = new Map<string, string[]>();
  for (const id of outcome.calls.keys()) {
    const target = names.targetOf(id, module);
    byTarget.set(target, [...(byTarget.get(target) ?? []), id]);
  }
  const found = new Map<string, Value[]>();
  for (const ids of byTarget.values()) {
    const [first = ''] = ids;
    const calls = ids.map((id) => outcome.calls.get(id) ?? null);
    const isOrdered = steps.areInOrder(ids);
    const saysSomething = calls.some((call) => unknownIn(call) === undefined && Object.keys(call ?? {}).length > 0);
    if (isOrdered && saysSomething) found.set(first, calls);
  }
  return found;
}
