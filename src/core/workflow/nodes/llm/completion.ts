import type * as z from 'zod';

import type { Provider } from '../../models/provider.ts';
import type { NodeDefinition } from '../definition.ts';
import type { CompletionConfig } from './config.ts';
import { completionValues } from './result.ts';

/** A node type that asks the models of one provider. */
export type CompletionDefinition<Type extends string, Config extends z.ZodType> = NodeDefinition<Type, Config> & {
  readonly provider: Provider;
};

/** What a provider says of its node; all else is the same at every one. */
type OwnOfProvider = 'type' | 'name' | 'description' | 'icon' | 'color' | 'provider' | 'defaultConfig' | 'configSchema';

/** The definition of a provider's node. Its config is put together from the shapes of this folder, and may have keys of its own. */
export function defineCompletion<const Type extends string, Config extends z.ZodType<CompletionConfig>>(
  own: Pick<CompletionDefinition<Type, Config>, OwnOfProvider>,
): CompletionDefinition<Type, Config> {
  return {
    ...own,
    category: 'llm',
    inputs: [{ id: 'input', name: 'Input', type: 'default' }],
    outputs: [
      { id: 'output', name: 'Response', type: 'default' },
      { id: 'stream', name: 'Stream', type: 'stream' },
      { id: 'function_call', name: 'Function Call', type: 'conditional' },
    ],
    supportsStreaming: true,
    callsAt: 'function_call',
    newId: 'answer',
    newConfig: ({ text, messages }) => ({
      model: currentModel(own.provider, own.defaultConfig),
      ...(messages === undefined ? { prompt: text } : { messages }),
    }),
    summary: ({ model }) => (typeof model === 'string' ? model : defaultModel(own.defaultConfig)),
    role: 'step',
    values: completionValues,
    shared: () => undefined,
    ways: (connected) => (connected.has('function_call') ? [['output', 'stream'], ['function_call']] : undefined),
  };
}

/** The default model, or the one that takes its place where the provider has retired it. */
function currentModel(provider: Provider, config: unknown): string {
  const name = defaultModel(config) ?? '';
  const known = provider.catalog.find(name);
  return known === undefined || known.status === 'current' ? name : (known.replacement ?? name);
}

function defaultModel(config: unknown): string | undefined {
  const { model } = config as { readonly model?: unknown };
  return typeof model === 'string' ? model : undefined;
}
