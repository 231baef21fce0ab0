import type * as z from 'zod';

import type { Json } from '../json.ts';
import type { JsonSchema } from '../jsonSchema.ts';
import type { Provider } from '../models/provider.ts';
import type { Routed, RoutesConfig } from './llm/routes.ts';

/** `conditional` handles carry a run only when the node takes that way; `stream` handles carry text as it arrives. */
export type HandleType = 'default' | 'stream' | 'conditional';

export interface Handle {
  readonly id: string;
  readonly name: string;
  readonly type: HandleType;
  /** An input at which a node is offered to a model as a tool. An edge into it makes nothing run after anything. */
  readonly offers?: 'tool';
}

/** What a new node finds, as texts with an expression in them. */
export interface Surroundings {
  /** A text: what the node before gives, or else what the caller sent. */
  readonly text: string;
  /** What the node before gives, its text if there is one, or else the whole. */
  readonly value: string;
  /** A list: what the node before gives or the caller sent, as far as that is one, or else one of a single value. */
  readonly list: string;
  /** Messages for a model, when the node before gives such. */
  readonly messages?: string;
  /** It is to be a tool, whose arguments a model gives. */
  readonly isTool: boolean;
}

/** A value that a new node finds, as one expression in any case. */
export function asExpression(value: string): string {
  return value.startsWith('{{') ? value : `{{ ${JSON.stringify(value)} }}`;
}

/** The part of a workflow that a node runs again and again. */
export interface BodyDefinition {
  /** The output at which it begins. */
  readonly begins: string;
  /** The input at which it ends: the edge into it leads back, and what it comes from gives the result. */
  readonly ends: string;
  /** Values that only nodes of the body read. */
  readonly inside: readonly string[];
  /** Keys of the config whose expressions are worked out at the end of the body. */
  readonly readsInside: readonly string[];
}

export type NodeCategory = 'trigger' | 'llm' | 'logic' | 'code' | 'outside' | 'transform' | 'utility' | 'output';

/** What a node type is: everything that palette, forms, JSON Schema, command line and checks need to know of it. */
export interface NodeDefinition<Type extends string = string, Config extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly category: NodeCategory;
  readonly name: string;
  readonly description: string;
  /** A lucide icon name. */
  readonly icon: string;
  /** A Tailwind background class. */
  readonly color: string;
  readonly inputs: readonly Handle[];
  readonly outputs: readonly Handle[];
  /** Its outputs where its config says which; `outputs` are then those that every such node has. @param config may be half written */
  readonly outputsFor?: (config: { readonly [key: string]: unknown }) => readonly Handle[];
  /** Running it awaits something: it is worth running beside others, and may take too long or fail for a while. */
  readonly awaits: boolean;
  /** It waits for something outside of its run, or leads somebody to what waits, which only durable runs do. */
  readonly waitsOutside?: true;
  /** The config a new node starts with. Keys that a file leaves out are left to the API, not filled from here. */
  readonly defaultConfig: z.input<Config>;
  readonly configSchema: Config;
  readonly supportsStreaming: boolean;
  /** Of a node that asks a model: who serves it. */
  readonly provider?: Provider;
  /** The same where its config says who. @param config as it stands in a file, which may be half written */
  readonly providerFor?: (config: { readonly provider?: unknown }) => Provider;
  /** Others whom such a node may ask, as far as they are known. */
  readonly furtherProviders?: readonly Provider[];
  /** Of a node that asks one of several models: which. */
  readonly routes?: (config: RoutesConfig) => Routed;
  /** Of a node that asks a model: the output at which it asks for calls. Edges to inputs that offer tools begin there. */
  readonly callsAt?: string;
  /** What the ids of new nodes are made of, in a plain word; the name of the type when left out. */
  readonly newId?: string;
  /** The config of a node that is put beside others; `defaultConfig` when left out. */
  readonly newConfig?: (near: Surroundings) => { readonly [key: string]: Json };
  /** What a canvas says of a node in one line. @param config as it stands in a file, which may be half written */
  readonly summary?: (config: { readonly [key: string]: Json | undefined }) => string | undefined;
  /** The workflow file that such a node runs. @param config as it stands in a file, which may be half written */
  readonly calledFile?: (config: { readonly [key: string]: Json | undefined }) => string | undefined;
  /** `trigger` starts a run, `response` answers the caller, `step` is all the rest. */
  readonly role: 'trigger' | 'step' | 'response';
  /** The type of the value that an expression finds at `nodes.ID.HANDLE`; a handle that is left out carries no value. */
  readonly values: (config: z.output<Config>) => Readonly<Record<string, JsonSchema>>;
  /**
   * What of a config the whole workflow is checked by, and not only the node itself and those that read it or have it as a tool:
   * the input, signatures, called files.
   */
  readonly shared: (config: z.output<Config>) => unknown;
  /**
   * Outputs of which exactly one is taken in a run, given which are connected; undefined when all are taken.
   * Handles that share a way are in one group.
   */
  ways?(connected: ReadonlySet<string>, config: z.output<Config>): readonly (readonly string[])[] | undefined;
  /** Of a node that runs a part of the workflow again and again. */
  readonly body?: BodyDefinition;
}

/** Ties a definition's type and config schema together, so that both are inferred. */
export function defineNode<const Type extends string, Config extends z.ZodType>(
  definition: NodeDefinition<Type, Config>,
): NodeDefinition<Type, Config> {
  return definition;
}
