import type * as z from 'zod';

import type { Provider } from '../../models/provider.ts';
import type { NodeDefinition } from '../definition.ts';
import type { AskedConfig, CompletionConfig } from './config.ts';
import { completionValues } from './result.ts';

/** A node type that asks models. */
type AnsweringDefinition<Type extends string, Config extends z.ZodType> = NodeDefinition<Type, Config> & {
  readonly callsAt: string;
};

/** A node type that asks the models of one provider. */
export type CompletionDefinition<Type extends string, Config extends z.ZodType> = AnsweringDefinition<Type, Config> & {
  readonly provider: Provider;
};

/** What all nodes have in common that ask models. */
const answering = {
  category: 'llm',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [
    { id: 'output', name: 'Response', type: 'default' },
    { id: 'stream', name: 'Stream', type: 'stream' },
    { id: 'function_call', name: 'Function Call', type: 'conditional' },
  ],
  awaits: true,
  supportsStreaming: true,
  callsAt: 'function_call',
  newId: 'answer',
  role: 'step',
  ways: (connected) => (connected.has('function_call') ? [['output', 'stream'], ['function_call']] : undefined),
} as const satisfies Partial<NodeDefinition>;

/** The definition of a node that asks models, whoever serves them. */
export function defineAnswering<const Type extends string, Config extends z.ZodType<AskedConfig>>(
  own: Omit<NodeDefinition<Type, Config>, keyof typeof answering>,
): AnsweringDefinition<Type, Config> {
  return { ...answering, ...own };
}

/** What a provider says of its node; all else is the same at every one. */
type OwnOfProvider = 'type' | 'name' | 'description' | 'icon' | 'color' | 'provider' | 'defaultConfig' | 'configSchema';
type SaidByConfig = 'providerFor' | 'furtherProviders';

/** The definition of a provider's node. Its config is put together from the shapes of this folder, and may have keys of its own. */
export function defineCompletion<const Type extends string, Config extends z.ZodType<CompletionConfig>>(
  own: Pick<CompletionDefinition<Type, Config>, OwnOfProvider | SaidByConfig>,
): CompletionDefinition<Type, Config> {
  return {
    ...answering,
    ...own,
    newConfig: ({ text, messages }) => ({
      ...namedServer(own.defaultConfig),
      model: currentModel(own.provider, own.defaultConfig),
      ...(messages === undefined ? { prompt: text } : { messages }),
    }),
    summary: ({ provider, model }) => {
      const name = typeof model === 'string' ? model : defaultModel(own.defaultConfig);
      return own.providerFor === undefined || typeof provider !== 'string' ? name : `${provider}: ${name ?? ''}`;
    },
    values: completionValues,
    // Who serves a node decides about files besides its own, and so do the servers whose tools it has.
    shared: (config) => [own.providerFor?.(config).id, config.mcp],
  };
}

/** The default model, or the one that takes its place where the provider has retired it. */
function currentModel(provider: Provider, config: unknown): string {
  const name = defaultModel(config) ?? '';
  const known = provider.catalog.find(name);
  return known === undefined || known.status === 'current' ? name : (known.replacement ?? name);
}

/** Who serves the model, where configs say that. */
function namedServer(config: unknown): { readonly provider?: string } {
  const { provider } = config as { readonly provider?: unknown };
  return typeof provider === 'string' ? { provider } : {};
}

function defaultModel(config: unknown): string | undefined {
  const { model } = config as { readonly model?: unknown };
  return typeof model === 'string' ? model : undefined;
}
