import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { askedProviders } from '../../../workflow/modelNodes.ts';
import { waitsOutside } from '../../../workflow/nodes/asksElsewhere.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import { askedServers } from '../project/modelParts.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Keyword } from '../syntax/tree.ts';

/** Where the workflows are named that a project's batches run. */
export const batchWorkflowsPath = 'app/batch/workflows.py';

/** What speaks to the batches of a provider. */
const remoteBatches: ReadonlyMap<string, Expr> = new Map([
  ['openai', py.imported('app.batch.providers.openai', 'OpenAIBatches')],
  ['anthropic', py.imported('app.batch.providers.anthropic', 'AnthropicBatches')],
]);

/** The module that names the workflows which the project's batches run, each within its own limits. */
export function batchWorkflows(workflows: readonly WorkflowModule[]): string {
  const list = py.subscript(py.name('list'), py.imported('app.batch.workflow', 'BatchWorkflow'));
  const make = py.subscript(
    py.imported('collections.abc', 'Callable'),
    py.tuple([py.list([]), py.imported('app.batch.providers.remote', 'RemoteBatches')]),
  );
  const batches = py.subscript(py.name('dict'), py.tuple([py.name('str'), make]));
  const asked = askedProviders(workflows.map(({ plan }) => plan.checked));
  const remotes = asked.flatMap(({ id }) => {
    const remote = remoteBatches.get(id);
    return remote === undefined ? [] : [py.entry(py.literal(id), remote)];
  });
  const handedOn = py.list([py.literal('BATCHES'), py.literal('ENV'), py.literal('SERVERS'), py.literal('WORKFLOWS')]);
  return printModule(
    py.moduleOf(
      [
        py.assign(py.name('BATCHES'), py.dict(remotes), { annotation: batches }),
        py.assign(py.name('ENV'), py.attribute(py.imported('app', 'routes'), 'ENV')),
        py.assign(py.name('SERVERS'), py.attribute(py.imported('app', 'routes'), 'SERVERS')),
        py.assign(py.name('WORKFLOWS'), py.list(workflows.map(batchWorkflow)), { annotation: list }),
        py.assign(py.name('__all__'), handedOn),
      ],
      `The workflows of this project as batches run them, the variables that they need, and the servers that they ask.

BATCHES are those of the providers that have such.`,
    ),
  ).text;
}

function batchWorkflow({ plan, module, names }: WorkflowModule): Expr {
  const { checked } = plan;
  const workflow = py.imported('app.workflows', module);
  const asks = askedServers([checked]);
  const repeats = takenAgain(checked);
  const waits = waitingNodes(checked);
  return py.call(
    py.imported('app.batch.workflow', 'BatchWorkflow'),
    py.literal(checked.file.name),
    withinLimits(py.attribute(workflow, 'run'), checked),
    py.attribute(workflow, names.inputClass),
    ...(asks.length === 0 ? [] : [py.keyword('asks', py.tuple(asks))]),
    ...namesOf('repeats', repeats),
    ...namesOf('waits', waits),
    ...(checked.file.durable === true
      ? [py.keyword('keeps', py.imported('app.batch.providers.kept_steps', 'RowSteps'))]
      : []),
  );
}

/** The nodes that reach outside of the project's models, by which a row that is run again would do something twice. */
export function takenAgain(checked: CheckedWorkflow): readonly string[] {
  return nodesThat(checked, ({ type }) => type !== 'subWorkflow' && generatorOf(type).callsOut === true);
}

/** The nodes that need the service around them, which rows run without: what they wait for comes to it, and it has the queues. */
export function waitingNodes(checked: CheckedWorkflow): readonly string[] {
  return nodesThat(checked, ({ type }) => waitsOutside(type) || type === 'enqueue');
}

/** The nodes of a workflow and of those that it calls, with the names of the latter, which are so. */
function nodesThat(checked: CheckedWorkflow, isSo: (node: WorkflowNode) => boolean): readonly string[] {
  return withCalled(checked).flatMap(({ file }) =>
    file.nodes.filter(isSo).map(({ id }) => (file.name === checked.file.name ? id : `${file.name}.${id}`)),
  );
}

function namesOf(keyword: 'repeats' | 'waits', nodes: readonly string[]): readonly Keyword[] {
  return nodes.length === 0 ? [] : [py.keyword(keyword, py.tuple(nodes.map((node) => py.literal(node))))];
}
