import type * as z from 'zod';

import { consumersOf, withCalled, type CheckedWorkflow } from './checked.ts';
import type { JsonPath } from './json.ts';
import type { ModelCatalog } from './models/catalog.ts';
import { embeddingServer, knownServersOfEmbeddings } from './models/embeddings/servers.ts';
import type { Provider, Strictness } from './models/provider.ts';
import type { NodeDefinition } from './nodes/definition.ts';
import type { AskedConfig, CompletionConfig } from './nodes/llm/config.ts';
import type { PlacedRoute, Routed, RoutesConfig } from './nodes/llm/routes.ts';
import { registry, type Registry } from './nodes/registry.ts';
import { strictMode } from './sentSchema.ts';
import type { NodeOf, NodeType, WorkflowNode } from './types.ts';

/** The types of the nodes that ask models. */
type ModelNodeType = {
  [T in NodeType]: Registry[T] extends { readonly callsAt: string } ? T : never;
}[NodeType];

/** The types of the nodes that ask the models of one provider. */
export type CompletionType = {
  [T in NodeType]: Registry[T] extends { readonly provider: Provider } ? T : never;
}[NodeType];

/** A node that asks a model, or one of several, whoever serves them. */
export type ModelNode = NodeOf<ModelNodeType> & { readonly config: AskedConfig };

/**
 * One model that a node can ask, with the whole of what it is asked with: the node itself, or a route of a router with the
 * settings that all its routes share, as if it were a node of its own.
 */
export type Candidate = NodeOf<CompletionType> & {
  readonly config: CompletionConfig;
  /** The route that it is of. */
  readonly route?: {
    readonly node: ModelNode;
    /** Where the route stands in the config of its node. */
    readonly path: JsonPath;
    /** The settings that stand in the route itself. */
    readonly own: ReadonlySet<string>;
    /** The settings, the shared ones as well, that the provider's node does not have. */
    readonly foreign: readonly string[];
  };
};

export function isModelNode(node: WorkflowNode | undefined): node is ModelNode {
  return node !== undefined && definitionOf(node.type).callsAt !== undefined;
}

/** The same the other way round, for code that tells all other types apart. */
export function asksNoModel(node: WorkflowNode): node is NodeOf<Exclude<NodeType, ModelNodeType>> {
  return !isModelNode(node);
}

function definitionOf(type: NodeType): NodeDefinition {
  return registry[type];
}

type CompletionNodeDefinition = NodeDefinition & { readonly type: CompletionType; readonly provider: Provider };

/** The node type of each provider, and that of any other name. */
const completionTypes: readonly CompletionNodeDefinition[] = Object.values(
  registry as Record<NodeType, NodeDefinition>,
).filter((definition): definition is CompletionNodeDefinition => definition.provider !== undefined);

/** The node type whose nodes ask the provider that a route names. */
function typeFor(provider: string): CompletionNodeDefinition {
  const named = completionTypes.find(
    ({ provider: { id, shortName }, providerFor }) =>
      providerFor === undefined && [id, shortName].includes(provider.toLowerCase()),
  );
  const found = named ?? completionTypes.find(({ providerFor }) => providerFor !== undefined);
  if (found === undefined) throw new Error('no node type asks servers by their names');
  return found;
}

/** Who serves the models of a provider that a route names: one with a node type of its own, or a server of that name. */
export function providerNamed(name: string): Provider {
  const { provider, providerFor } = typeFor(name);
  return providerFor?.({ provider: name }) ?? provider;
}

/** The models that a node can ask, in the order in which they stand in its config. */
export function candidatesOf(node: ModelNode): readonly Candidate[] {
  // Only a definition whose config has routes says which these are.
  const routed = definitionOf(node.type).routes?.(node.config as unknown as RoutesConfig);
  return routed === undefined
    ? [node as Candidate]
    : routed.routes.map((placed) => candidateOf(node, placed, routed.shared));
}

/** A route as if it were a node: its settings and the shared ones that its provider's node has, and that node's defaults. */
function candidateOf(node: ModelNode, { path, route }: PlacedRoute, shared: Routed['shared']): Candidate {
  const { type, configSchema } = typeFor(route.provider);
  const { shape } = configSchema as z.ZodObject;
  const given = Object.entries({ ...shared, ...route.config }).filter(([, value]) => value !== undefined);
  const config = {
    ...defaultsIn(shape),
    ...Object.fromEntries(given.filter(([key]) => key in shape)),
    ...('provider' in shape && { provider: route.provider }),
    model: route.model,
  };
  const foreign = given.flatMap(([key, value]) => (key in shape || isEmpty(value) ? [] : [key]));
  // It is put together by the schema of its type, which the type checker does not follow.
  return {
    ...node,
    type,
    config,
    route: { node, path, own: new Set(Object.keys(route.config)), foreign },
  } as unknown as Candidate;
}

function defaultsIn(shape: Readonly<Record<string, z.core.$ZodType>>): Readonly<Record<string, unknown>> {
  const defaults = Object.entries(shape).flatMap(
    ([
      key,
      {
        _zod: { def },
      },
    ]) => (def.type === 'default' ? [[key, (def as z.core.$ZodDefaultDef).defaultValue] as const] : []),
  );
  return Object.fromEntries(defaults);
}

/** A default that says nothing, of a key that a provider's node may lack. */
function isEmpty(value: unknown): boolean {
  return value === false || (Array.isArray(value) && value.length === 0);
}

/** Where a place in the config of a node stands, given the node that it is in: that of a route may be shared by all. */
export function placeOf(node: WorkflowNode, place: JsonPath): { readonly node: WorkflowNode; readonly path: JsonPath } {
  const { route } = node as Partial<Candidate>;
  const [first, key, ...rest] = place;
  if (route === undefined) return { node, path: place };
  if (first === 'type') return { node: route.node, path: ['config', ...route.path, 'provider'] };
  if (first !== 'config') return { node: route.node, path: place };
  if (key === undefined || key === 'model' || key === 'provider')
    return { node: route.node, path: ['config', ...route.path, ...(key === undefined ? [] : [key]), ...rest] };
  const isOwn = route.own.has(String(key));
  return { node: route.node, path: ['config', ...(isOwn ? [...route.path, 'config'] : []), key, ...rest] };
}

type WithProvider = Pick<NodeDefinition, 'providerFor'> & { readonly provider: Provider };

/** Who serves a model. */
export function providerOf({ type, config }: Candidate): Provider {
  const { provider, providerFor }: WithProvider = registry[type];
  return providerFor?.(config) ?? provider;
}

/** The providers that workflows, and those that they call, ask. */
export function askedProviders(workflows: readonly CheckedWorkflow[]): readonly Provider[] {
  const nodes = consumersOf(workflows)
    .flatMap(withCalled)
    .flatMap(({ file }) => file.nodes);
  return [...new Set(nodes.flatMap(askedBy))];
}

/** Whether a node asks a provider for something: an answer, or embeddings. */
export function asksProvider(node: WorkflowNode | undefined): boolean {
  return node !== undefined && askedBy(node).length > 0;
}

/** The providers that a node asks. */
function askedBy(node: WorkflowNode): readonly Provider[] {
  if (node.type === 'embeddingGenerate') return [embeddingServer(node.config.provider).provider];
  return isModelNode(node) ? candidatesOf(node).map(providerOf) : [];
}

/** The models that a provider has. */
export function catalogOf(candidate: Candidate): ModelCatalog {
  return providerOf(candidate).catalog;
}

/** What it takes to hold a model to a schema. */
export function strictnessOf(candidate: Candidate): Strictness {
  return providerOf(candidate).strictness ?? strictMode;
}

/** Everyone who serves models to some node type, each once. */
export const providers: readonly Provider[] = [
  ...new Set([
    ...completionTypes.flatMap(({ provider, furtherProviders = [] }) => [provider, ...furtherProviders]),
    ...knownServersOfEmbeddings.map(({ provider }) => provider),
  ]),
];

/** Those whose models are known, each catalog once: Azure deploys the models of OpenAI. */
export const catalogedProviders: readonly Provider[] = providers.filter(
  ({ catalog }, index) =>
    catalog.models.length > 0 && providers.findIndex((other) => other.catalog === catalog) === index,
);
