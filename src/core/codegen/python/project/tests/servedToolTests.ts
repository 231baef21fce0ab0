import { unknownIn } from '../../../../workflow/expressions/values.ts';
import { isModelNode } from '../../../../workflow/modelNodes.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { expected } from './expectation.ts';
import { service } from './scene.ts';
import type { Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** A workflow that is served as a tool gives clients of MCP what it gives everyone. */
export function servedToolTests(functions: TestFunctions, runs: readonly Rehearsed[]): readonly Stmt[] {
  const { plan, isRouted } = functions.workflow;
  const { trigger, graph } = plan.checked;
  const mcp = trigger.type === 'httpEndpoint' ? trigger.config.mcp : undefined;
  const found = runs.find(
    ({ trial, outcome }) =>
      unknownIn(outcome.output) === undefined &&
      trial.refused === undefined &&
      outcome.failedRounds === undefined &&
      outcome.ran.every((id) => !isModelNode(graph.nodes.get(id)) || trial.answers.has(id)),
  );
  if (mcp === undefined || !isRouted || found === undefined) return [];
  const scene = functions.scene(found);
  scene.standIn(() => false);
  const answers = scene.answers();
  if (answers.length > 0) scene.set('answers', py.list(answers.map(({ answer }) => answer)));
  const result = py.name('result');
  const asked = py.dict([
    py.entry('jsonrpc', py.literal('2.0')),
    py.entry('id', py.literal(1)),
    py.entry('method', py.literal('tools/call')),
    py.entry('params', py.literal({ name: mcp.tool, arguments: found.trial.input })),
  ]);
  const answer = py.call(py.attribute(service, 'ask'), py.literal('POST'), py.literal('/mcp'), asked);
  const { output } = found.outcome;
  const content = py.subscript(py.subscript(py.subscript(result, 'content'), 0), 'text');
  const said =
    typeof output === 'string' ? content : py.call(py.attribute(py.importedModule('json'), 'loads'), content);
  return [
    functions.test(functions.name('test clients of mcp call it'), scene, `As the tool ${mcp.tool}.`, [
      py.assign(result, py.subscript(py.call(py.attribute(answer, 'json')), 'result')),
      py.assertion(py.compare(py.subscript(result, 'isError'), 'is', py.literal(false)), result),
      py.assertion(py.compare(said, '==', expected(output))),
    ]),
  ];
}
