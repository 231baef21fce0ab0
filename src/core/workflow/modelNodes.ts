import type { ModelCatalog } from './models/catalog.ts';
import type { Provider, Strictness } from './models/provider.ts';
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

/** Who serves the model of a node. */
export function providerOf({ type }: ModelNode): Provider {
  return registry[type].provider;
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
  ...new Set(Object.values(registry).flatMap(({ provider }) => provider ?? [])),
];
