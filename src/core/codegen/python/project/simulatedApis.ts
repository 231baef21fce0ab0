import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import type { ApiName, Provider } from '../../../workflow/models/provider.ts';
import type { NodeEdit } from '../../../workflow/parse/revise.ts';
import { askedProviders, candidatesOf, isModelNode } from '../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { requestedApi } from '../../../workflow/validate/requestedModel.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { embeddersOf, simulatedEmbeddings } from './embeddingParts.ts';
import type { ModelPart } from './modelParts.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr } from '../syntax/tree.ts';

/** The APIs that the simulated providers can speak, by what `api` of a node says. */
const apis = {
  chat: {
    path: '/v1/chat/completions',
    type: py.imported('tests.simulated_providers.apis.chat_completions.endpoint', 'ChatCompletions'),
  },
  responses: {
    path: '/v1/responses',
    type: py.imported('tests.simulated_providers.apis.responses.endpoint', 'Responses'),
  },
  messages: {
    path: '/v1/messages',
    type: py.imported('tests.simulated_providers.apis.messages.endpoint', 'Messages'),
  },
} as const satisfies Readonly<Record<ApiName, unknown>>;

const every: readonly ApiName[] = ['chat', 'responses', 'messages'];
/** Those that a node can choose among. */
const chosen: readonly ApiName[] = ['chat', 'responses'];

/** The batches of a provider. */
export const simulatedBatches: ReadonlyMap<string, Expr> = new Map([
  ['openai', py.imported('tests.simulated_providers.apis.batches.openai', 'Batches')],
  ['anthropic', py.imported('tests.simulated_providers.apis.batches.anthropic', 'MessageBatches')],
]);

/** Where the APIs are named that a project's simulated providers speak. */
export const carriedPath = 'tests/simulated_providers/carried.py';

/** The module that names the APIs which the workflows' nodes call. @param withBatches whether they may go through batches */
export function carriedApis(
  workflows: readonly CheckedWorkflow[],
  further: readonly ModelPart[] = [],
  withBatches = false,
): GeneratedFile {
  const called = new Set(workflows.flatMap(calledApis));
  if (further.includes('chat')) called.add('chat');
  if (further.includes('responses')) called.add('responses').add('chat');
  const nodes = workflows
    .flatMap(withCalled)
    .flatMap((each) => each.file.nodes.flatMap((node) => ownApisOf(each, node)));
  const own: Expr[] = [...new Set(nodes)];
  if (embeddersOf(workflows).length > 0 || further.includes('embeddings')) own.push(simulatedEmbeddings);
  const providers = askedProviders(workflows);
  if (withBatches) own.push(...providers.flatMap(({ id }) => simulatedBatches.get(id) ?? []));
  return carriedModule(
    every.filter((api) => called.has(api)),
    providers,
    own,
  );
}

function calledApis(checked: CheckedWorkflow): readonly ApiName[] {
  return checked.file.nodes.flatMap((node) => apisOf(checked, node));
}

/** The APIs that a node may call, beside those that only its provider has. */
function apisOf(checked: CheckedWorkflow, node: WorkflowNode): readonly ApiName[] {
  if (!isModelNode(node)) return [];
  return candidatesOf(node).flatMap((candidate) => {
    if (generatorOf(candidate.type).provider?.simulated !== undefined) return [];
    const api = requestedApi(checked, candidate);
    return api === 'auto' ? chosen : [api];
  });
}

/** The APIs that only a node's provider has, as far as the node may call them. */
function ownApisOf(checked: CheckedWorkflow, node: WorkflowNode): readonly Expr[] {
  if (!isModelNode(node)) return [];
  return candidatesOf(node).flatMap((candidate) => {
    const { simulated, simulatedResponses } = generatorOf(candidate.type).provider ?? {};
    if (simulated === undefined) return [];
    const api = requestedApi(checked, candidate);
    if (simulatedResponses === undefined || api === 'chat') return [simulated];
    return api === 'auto' ? [simulated, simulatedResponses] : [simulatedResponses];
  });
}

/** Whether a node calls other APIs than before an edit. */
export function concernsApis(before: CheckedWorkflow, after: CheckedWorkflow, edit: NodeEdit): boolean {
  const called = (checked: CheckedWorkflow, node: WorkflowNode): string =>
    JSON.stringify([apisOf(checked, node), ownApisOf(checked, node)]);
  return called(before, edit.before) !== called(after, edit.after);
}

/**
 * @param providers those that the simulated ones stand for
 * @param own what speaks for those that have an API of their own
 */
export function carriedModule(
  carried: readonly ApiName[],
  providers: readonly Provider[],
  own: readonly Expr[] = [],
): GeneratedFile {
  const leftOut = chosen.filter((api) => !carried.includes(api));
  const text = py.name('str');
  const module = py.moduleOf(
    [
      py.assign(py.name('APIS'), py.tuple([...carried.map((api) => apis[api].type), ...own])),
      py.assign(
        py.name('LEFT_OUT'),
        py.dict(leftOut.map((api) => py.entry(py.literal(apis[api].path), py.literal(api)))),
        { annotation: py.subscript(py.name('dict'), py.tuple([text, text])) },
      ),
      py.assign(
        py.name('ACCOUNTS'),
        py.list(
          providers.map(({ variables: { key, baseUrl }, simulatedPath = '/v1' }) =>
            py.tuple([py.literal(key), py.literal(baseUrl), py.literal(simulatedPath)]),
          ),
        ),
      ),
    ],
    `The APIs that this project carries, the paths of others with what \`api\` of a node that calls them is, and the
variables in which the service is told the key and the address of the providers that it asks, with the address's path.`,
  );
  return { path: carriedPath, content: printModule(module).text };
}
