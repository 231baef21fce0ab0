import type { Json } from '../../../../workflow/json.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { answersAsRehearsed } from './answered.ts';
import { callsKeyword } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** One test per function that a model may call in rounds: it gets what the model asks for, and the model its result. */
export function toolTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { graph } = functions.workflow.plan.checked;
  const tests: Stmt[] = [];
  for (const [completion, tools] of graph.tools) {
    const run = runs.find(({ trial, outcome }) => {
      const told = trial.answers.get(completion);
      return outcome.ran.includes(completion) && told !== undefined && told.kind !== 'call';
    });
    if (run === undefined) continue;
    for (const tool of tools) tests.push(toolTest(functions, run, completion, tool));
  }
  return tests;
}

function toolTest(functions: TestFunctions, run: Rehearsed, completion: string, tool: string): Stmt {
  const { graph } = functions.workflow.plan.checked;
  const [node, model] = [graph.nodes.get(tool), graph.nodes.get(completion)];
  if (node?.type !== 'pythonFunction' || model?.type !== 'openaiCompletion') {
    throw new Error(`${tool} is no function that a model can call`);
  }
  const scene = functions.scene(run);
  const given: Json = `what ${tool} gives`;
  scene.standIn(() => false);
  const standIn = scene.standInForTool(tool, given);
  const when = scene.whenOf(model);
  const asking = py.call(
    py.imported('simulated_openai', 'Answer'),
    callsKeyword(node.config.function, py.literal(null)),
    ...(when === undefined ? [] : [py.keyword('when', py.literal(when))]),
  );
  const answers = scene.answers((id) => (id === completion ? [asking] : []));
  scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const calls = py.attribute(standIn, 'calls');
  const told = py.tuple([py.literal(node.config.function), py.subscript(calls, 0), py.literal(given)]);
  const isLast = run.outcome.ran.findLast((id) => graph.nodes.get(id)?.type === 'openaiCompletion') === completion;
  return functions.test(
    functions.name(`test ${completion} calls ${tool}`),
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
