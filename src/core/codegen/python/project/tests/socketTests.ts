import { unknownIn, type Value } from '../../../../workflow/expressions/values.ts';
import type { Json } from '../../../../workflow/json.ts';
import { remembered } from '../../../../workflow/servedModel.ts';
import type { Plan } from '../../plan/plan.ts';
import { isModelNode } from '../../../../workflow/modelNodes.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { expected } from './expectation.ts';
import { Rehearsals } from './rehearsal.ts';
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
  const outputs = found && outputsOnOneConnection(plan, found);
  if (found === undefined || outputs === undefined) return [];
  const scene = functions.scene(found);
  scene.standIn(() => false);
  const answers = scene.answers();
  if (answers.length > 0) {
    const told = py.name('answers');
    scene.add(py.assign(told, py.list(answers.map(({ answer }) => answer))));
    scene.set('answers', py.list([py.starred(told), py.starred(told)]));
  }
  const [heard, events] = [py.name('heard'), py.name('events')];
  const asked = py.call(
    py.imported('tests.sockets', 'ask_over_socket'),
    service,
    py.literal(trigger.config.path),
    py.literal(found.trial.input),
    py.literal(found.trial.input),
  );
  return [
    functions.test(functions.name('test a websocket takes one run after the other'), scene, 'Each ends with `done`.', [
      py.assign(heard, asked),
      py.assertion(
        py.compare(
          py.comprehension(py.subscript(py.attribute(events, 'last'), 'output'), 'events', heard),
          '==',
          py.list(outputs.map(expected)),
        ),
        heard,
      ),
    ]),
  ];
}

/** What the same run gives twice, the second time with what is remembered of the first; undefined where that is not known. */
function outputsOnOneConnection(plan: Plan, { trial, outcome }: Rehearsed): readonly Value[] | undefined {
  const { trigger } = plan.checked;
  if (trigger.type !== 'websocketEndpoint') return undefined;
  const { conversation, inputSchema } = trigger.config;
  const memory = conversation && remembered(inputSchema);
  if (!conversation || !memory) return [outcome.output, outcome.output];
  const rehearsals = new Rehearsals(plan);
  const outputs: Value[] = [];
  const said: Json[] = [];
  for (const _ of ['first', 'second']) {
    const output = rehearsals.attempt({ ...trial, input: { ...trial.input, [memory.history]: [...said] } })?.output;
    if (output === undefined || unknownIn(output) !== undefined) return undefined;
    outputs.push(output);
    const answer = typeof output === 'string' ? output : JSON.stringify(output);
    said.push({ role: 'user', content: trial.input[memory.text] ?? null }, { role: 'assistant', content: answer });
    said.splice(0, said.length - conversation.maxMessages);
  }
  return outputs;
}
