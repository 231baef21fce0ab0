import type { Json } from '../json.ts';
import type { CompletionType } from '../modelNodes.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import { nodeTypes, type NodeType } from '../types.ts';

/** Whom a node can ask: a provider that has a node type of its own, or a server that another type names. */
export interface ProviderChoice {
  /** `groq`, `gemini`. */
  readonly id: string;
  /** As it may be called besides. */
  readonly shortName?: string | undefined;
  readonly name: string;
  readonly type: CompletionType;
  /** At a type for any server: which one. */
  readonly server?: string;
}

/** Whom a node can ask, or that it shall choose among several. */
export interface AskingChoice extends Omit<ProviderChoice, 'type'> {
  readonly type: NodeType;
}

/** That a node chooses among several. */
export const routerChoice: AskingChoice = theRouter();

function theRouter(): AskingChoice {
  const type = nodeTypes.find(choosesModel);
  if (type === undefined) throw new Error('no node type chooses among several models');
  return { id: 'router', name: registry[type].name, type };
}

function choosesModel(type: NodeType): boolean {
  const { routes }: NodeDefinition = registry[type];
  return routes !== undefined;
}

/** Everyone whom a node can ask. */
export const providerChoices: readonly ProviderChoice[] = nodeTypes.flatMap((type): readonly ProviderChoice[] => {
  const { name, provider, providerFor, furtherProviders = [] }: NodeDefinition = registry[type];
  if (provider === undefined || !asksModel(type)) return [];
  return providerFor === undefined
    ? [{ id: provider.id, shortName: provider.shortName, name, type }]
    : furtherProviders.map((server) => ({ id: server.id, name: server.name, type, server: server.id }));
});

/** Whom a node asks now; undefined where it asks no model, or a server of one's own. */
export function choiceOf(node: {
  readonly known: NodeType | undefined;
  readonly config: { readonly [key: string]: Json };
}): ProviderChoice | undefined {
  const { known, config } = node;
  if (known === undefined || !asksModel(known)) return undefined;
  const { provider, providerFor }: NodeDefinition = registry[known];
  const id = providerFor?.(config).id ?? provider?.id;
  return providerChoices.find((choice) => choice.type === known && choice.id === id);
}

/** Whether nodes of a type can ask others than now: those of one provider, and those that choose among several. */
export function canAskOthers(type: NodeType | undefined): boolean {
  return type !== undefined && (asksModel(type) || choosesModel(type));
}

/** Whether nodes of a type ask the models of one provider. */
export function asksModel(type: NodeType | undefined): type is CompletionType {
  return type !== undefined && registry[type].provider !== undefined;
}
