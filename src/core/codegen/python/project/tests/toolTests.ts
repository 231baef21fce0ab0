import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { Json } from '../../../../workflow/json.ts';
import { connectedTools, type ConnectedTool } from '../../../../workflow/validate/requestedModel.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { answersAsRehearsed } from './answered.ts';
import { callsKeyword } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** One test per function or workflow that a model may call in rounds: it gets what the model asks for, and the model its result. */
export function toolTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { graph } = functions.workflow.plan.checked;
  const tests: Stmt[] = [];
  for (const completion of graph.tools.keys()) {
    const run = runs.find(({ trial, outcome }) => {
      const told = trial.answers.get(completion);
      return outcome.ran.filter((id) => id === completion).length === 1 && told !== undefined && told.kind !== 'call';
    });
    if (run === undefined) continue;
    const model = graph.nodes.get(completion);
    if (!isModelNode(model)) continue;
    for (const tool of connectedTools(functions.workflow.plan.checked, model))
      tests.push(toolTest(functions, run, model, tool));
  }
  return tests;
}

function toolTest(functions: TestFunctions, run: Rehearsed, model: ModelNode, tool: ConnectedTool): Stmt {
  const { graph } = functions.workflow.plan.checked;
  const completion = model.id;
  const { id } = tool.node;
  const scene = functions.scene(run);
  const given: Json = `what ${id} gives`;
  scene.standIn(() => false);
  const standIn = scene.standInForTool(id, given);
  const when = scene.whenOf(model);
  const asking = py.call(
    py.imported('tests.simulated_providers', 'Answer'),
    callsKeyword(tool.name, py.literal(null)),
    ...(when === undefined ? [] : [py.keyword('when', py.literal(when))]),
  );
  const answers = scene.answers((asked) => (asked === completion ? [asking] : []));
  scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const calls = py.attribute(standIn, 'calls');
  const told = py.tuple([py.literal(tool.name), py.subscript(calls, 0), py.literal(given)]);
  const isLast = run.outcome.ran.findLast((ran) => isModelNode(graph.nodes.get(ran))) === completion;
  return functions.test(
    functions.name(`test ${completion} calls ${id}`),
    scene,
    'The function gets what the model asks for, and the model is told what it gives.',
    [
      ...answersAsRehearsed(functions.workflow, scene, run).statements,
      py.assertion(py.compare(py.call(py.name('len'), calls), '==', py.literal(1))),
      ...(isLast
        ? [py.assertion(py.compare(py.attribute(scene.simulated, 'tool_results'), '==', py.list([told])))]
        : []),
    ],
  );
}
