import { unknownIn } from '../../../../workflow/expressions/values.ts';
import { isModelNode } from '../../../../workflow/modelNodes.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { expected } from './expectation.ts';
import { service } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** Over a WebSocket a run ends with the same output, and its connection takes the next. */
export function socketTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { plan, isRouted } = functions.workflow;
  const { trigger, graph } = plan.checked;
  if (trigger.type !== 'websocketEndpoint' || !isRouted) return [];
  const found = runs.find(
    ({ trial, outcome }) =>
      unknownIn(outcome.output) === undefined &&
      trial.refused === undefined &&
      outcome.failedRounds === undefined &&
      outcome.ran.every((id) => !isModelNode(graph.nodes.get(id)) || trial.answers.has(id)),
  );
  if (found === undefined) return [];
  const scene = functions.scene(found);
  scene.standIn(() => false);
  const answers = scene.answers();
  if (answers.length > 0) {
    const told = py.name('answers');
    scene.add(py.assign(told, py.list(answers.map(({ answer }) => answer))));
    scene.set('answers', py.list([py.starred(told), py.starred(told)]));
  }
  const [heard, events] = [py.name('heard'), py.name('events')];
  const input = py.literal(found.trial.input);
  const asked = py.call(
    py.imported('tests.sockets', 'ask_over_socket'),
    service,
    py.literal(trigger.config.path),
    input,
    input,
  );
  return [
    functions.test(functions.name('test a websocket takes one run after the other'), scene, 'Each ends with `done`.', [
      py.assign(heard, asked),
      py.assertion(
        py.compare(
          py.comprehension(py.subscript(py.attribute(events, 'last'), 'output'), 'events', heard),
          '==',
          py.list([expected(found.outcome.output), expected(found.outcome.output)]),
        ),
        heard,
      ),
    ]),
  ];
}
