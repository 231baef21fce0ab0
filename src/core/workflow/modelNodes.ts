import { withCalled, type CheckedWorkflow } from './checked.ts';
import type { ModelCatalog } from './models/catalog.ts';
import { embeddingServer, knownServersOfEmbeddings } from './models/embeddings/servers.ts';
import type { Provider, Strictness } from './models/provider.ts';
import type { NodeDefinition } from './nodes/definition.ts';
import type { CompletionConfig } from './nodes/llm/config.ts';
import { registry, type Registry } from './nodes/registry.ts';
import { strictMode } from './sentSchema.ts';
import type { NodeOf, NodeType, WorkflowNode } from './types.ts';

/** The types of the nodes that ask a model. */
export type ModelNodeType = {
  [T in NodeType]: Registry[T] extends { readonly provider: Provider } ? T : never;
}[NodeType];

/** A node that asks a model, whoever serves it. */
export type ModelNode = NodeOf<ModelNodeType> & { readonly config: CompletionConfig };

export function isModelNode(node: WorkflowNode | undefined): node is ModelNode {
  return node !== undefined && registry[node.type].provider !== undefined;
}

/** The same the other way round, for code that tells all other types apart. */
export function asksNoModel(node: WorkflowNode): node is NodeOf<Exclude<NodeType, ModelNodeType>> {
  return !isModelNode(node);
}

type WithProvider = Pick<NodeDefinition, 'providerFor'> & { readonly provider: Provider };

/** Who serves the model of a node. */
export function providerOf({ type, config }: ModelNode): Provider {
  const { provider, providerFor }: WithProvider = registry[type];
  return providerFor?.(config) ?? provider;
}

/** The providers that workflows, and those that they call, ask. */
export function askedProviders(workflows: readonly CheckedWorkflow[]): readonly Provider[] {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  return [...new Set(nodes.flatMap(askedBy))];
}

/** Whether a node asks a provider for something: an answer, or embeddings. */
export function asksProvider(node: WorkflowNode | undefined): boolean {
  return node !== undefined && askedBy(node).length > 0;
}

/** The providers that a node asks. */
function askedBy(node: WorkflowNode): readonly Provider[] {
  if (node.type === 'embeddingGenerate') return [embeddingServer(node.config.provider).provider];
  return isModelNode(node) ? [providerOf(node)] : [];
}

/** The models that a node can ask. */
export function catalogOf(node: ModelNode): ModelCatalog {
  return providerOf(node).catalog;
}

/** What it takes to hold the model of a node to a schema. */
export function strictnessOf(node: ModelNode): Strictness {
  return providerOf(node).strictness ?? strictMode;
}

/** Everyone who serves models to some node type, each once. */
export const providers: readonly Provider[] = [
  ...new Set([
    ...Object.values(registry).flatMap(({ provider, furtherProviders = [] }: NodeDefinition) =>
      provider === undefined ? [] : [provider, ...furtherProviders],
    ),
    ...knownServersOfEmbeddings.map(({ provider }) => provider),
  ]),
];

/** Those whose models are known, each catalog once: Azure deploys the models of OpenAI. */
export const catalogedProviders: readonly Provider[] = providers.filter(
  ({ catalog }, index) =>
    catalog.models.length > 0 && providers.findIndex((other) => other.catalog === catalog) === index,
);
