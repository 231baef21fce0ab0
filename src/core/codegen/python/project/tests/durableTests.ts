import { asksProvider } from '../../../../workflow/modelNodes.ts';
import { callerSchema, isAsked } from '../../../../workflow/trigger.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { endpointOf } from './endpoint.ts';
import { expected } from './expectation.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

const cutOff = py.imported('tests.durable', 'cut_off');

/** A durable run whose service ends in the middle of it: for the first in which models are asked one after the other. */
export function durableTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { workflow } = functions;
  const { file, graph, trigger } = workflow.plan.checked;
  // Who asks a service that ends in the middle has no key of it.
  if (file.durable !== true || !workflow.isRouted || !isAsked(trigger) || callerSchema(trigger) !== undefined)
    return [];
  const run = runs.find(({ trial, outcome }) => {
    const asking = outcome.ran.filter((id) => asksProvider(graph.nodes.get(id)));
    const areTold = asking.length > 0 && asking.every((id) => trial.answers.has(id));
    return areTold && functions.requests.areInOrder(asking) && trial.refused === undefined;
  });
  if (run === undefined) return [];
  const scene = functions.scene(run);
  scene.standIn(() => false);
  const answers = scene.answers();
  const { method, path } = endpointOf(workflow);
  const told = py.name('answers');
  const taken = py.name('taken_up');
  const output = py.subscript(py.subscript(taken, 'result'), 'output');
  scene.withoutService();
  return [
    functions.test(
      functions.name('test a run goes on where its service left it'),
      scene,
      'No model is asked again for what it has said.',
      [
        py.assign(told, py.list(answers.map(({ answer }) => answer))),
        py.assign(taken, py.call(cutOff, scene.simulated, told, py.literal(method), py.literal(path), scene.input)),
        py.assertion(py.compare(py.subscript(taken, 'status'), '==', py.literal('succeeded')), taken),
        py.assertion(py.compare(output, run.outcome.output === null ? 'is' : '==', expected(run.outcome.output))),
        py.assertion(
          py.compare(
            py.call(py.name('len'), py.attribute(scene.simulated, 'requests')),
            '==',
            py.literal(answers.length + 1),
          ),
        ),
      ],
    ),
  ];
}
