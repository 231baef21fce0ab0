import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { Json } from '../../../../workflow/json.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { mcpToolsOf } from '../../../../workflow/mcp/tools.ts';
import { connectedTools } from '../../../../workflow/validate/requestedModel.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { answersAsRehearsed } from './answered.ts';
import { callsKeyword } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** One test per tool that a model may call in rounds: it gets what the model asks for, and the model its result. */
export function toolTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { checked } = functions.workflow.plan;
  const tests: Stmt[] = [];
  for (const model of checked.file.nodes.filter(isModelNode)) {
    const completion = model.id;
    const offered = toolsOf(checked, model);
    if (offered.length === 0) continue;
    const run = runs.find(({ trial, outcome }) => {
      const told = trial.answers.get(completion);
      return outcome.ran.filter((id) => id === completion).length === 1 && told !== undefined && told.kind !== 'call';
    });
    if (run === undefined) continue;
    for (const tool of offered) tests.push(toolTest(functions, run, model, tool));
  }
  return tests;
}

/** What a model may call in rounds. */
interface OfferedTool {
  /** The name by which the model calls it. */
  readonly name: string;
  /** What it is called in tests. */
  readonly title: string;
  /** What the constant of the tool is named after. */
  readonly id: string;
}

function toolsOf(checked: CheckedWorkflow, model: ModelNode): readonly OfferedTool[] {
  const connected = connectedTools(checked, model).map(({ name, node: { id } }) => ({ name, title: id, id }));
  const ofServers = mcpToolsOf(checked, model).map(({ name }) => ({ name, title: name, id: `${model.id} ${name}` }));
  return [...connected, ...ofServers];
}

function toolTest(functions: TestFunctions, run: Rehearsed, model: ModelNode, { name, title, id }: OfferedTool): Stmt {
  const { graph } = functions.workflow.plan.checked;
  const completion = model.id;
  const scene = functions.scene(run);
  const given: Json = `what ${title} gives`;
  scene.standIn(() => false);
  const standIn = scene.standInForTool(id, given);
  const when = scene.whenOf(model);
  const asking = py.call(
    py.imported('tests.simulated_providers', 'Answer'),
    callsKeyword(name, py.literal(null)),
    ...(when === undefined ? [] : [py.keyword('when', py.literal(when))]),
  );
  const answers = scene.answers((asked) => (asked === completion ? [asking] : []));
  scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const calls = py.attribute(standIn, 'calls');
  const told = py.tuple([py.literal(name), py.subscript(calls, 0), py.literal(given)]);
  const isLast = run.outcome.ran.findLast((ran) => isModelNode(graph.nodes.get(ran))) === completion;
  return functions.test(
    functions.name(`test ${completion} calls ${title}`),
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
