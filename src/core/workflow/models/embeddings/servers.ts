import { azure } from '../azure/azure.ts';
import { compatibleProvider } from '../compatible/compatible.ts';
import { openai } from '../openai/openai.ts';
import type { EmbeddingServer } from './facts.ts';
import { openaiEmbeddingHabits, openaiEmbeddings } from './openai.ts';
import { knownEmbeddingServers, unknownServer } from './others.ts';

const ofOpenai = { catalog: openaiEmbeddings, habits: openaiEmbeddingHabits };

/** Who makes the embeddings of a node, by what its `provider` says; any name is that of a server that speaks OpenAI's API. */
export function embeddingServer(named: unknown): EmbeddingServer {
  switch (typeof named === 'string' ? named.toLowerCase() : undefined) {
    case 'openai':
      return { provider: openai, ...ofOpenai };
    // The short name is what people write.
    case 'azure':
    case 'azure_openai':
      return { provider: azure, ...ofOpenai };
    default: {
      const provider = compatibleProvider(named);
      return { provider, ...(knownEmbeddingServers.get(provider.id) ?? unknownServer) };
    }
  }
}

/** Those whose models are known, each catalog once: Azure deploys the models of OpenAI. */
export const knownServersOfEmbeddings: readonly EmbeddingServer[] = ['openai', ...knownEmbeddingServers.keys()].map(
  embeddingServer,
);
