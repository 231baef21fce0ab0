import { ModelCatalog } from '../catalog.ts';
import { genaiPrices023, type Listing } from '../facts.ts';
import type { EmbeddingFacts, EmbeddingHabits } from './facts.ts';

/** `openai/types/embedding_create_params.py` of openai-python 3.57.0: 8,192 tokens a text, 300,000 a request, arrays of 2,048. */
const create = 'openai/types/embedding_create_params.py of openai-python 3.57.0';
const pages = 'https://developers.openai.com/api/docs/models';
const deprecations = 'https://developers.openai.com/api/docs/deprecations';

export const openaiEmbeddingHabits: EmbeddingHabits = { mostTexts: 2048, mostTokens: 300_000 };

const small: EmbeddingFacts = {
  mostTokens: 8192,
  dimensions: 1536,
  shortens: { least: 1, most: 1536 },
  prices: { input: 0.02 },
  sources: { capabilities: `${create}, ${pages}/text-embedding-3-small`, prices: genaiPrices023 },
};
const large: EmbeddingFacts = {
  ...small,
  dimensions: 3072,
  shortens: { least: 1, most: 3072 },
  prices: { input: 0.13 },
  sources: { capabilities: `${create}, ${pages}/text-embedding-3-large`, prices: genaiPrices023 },
};
const { shortens: _, ...fixed } = small;
const ada: EmbeddingFacts = {
  ...fixed,
  prices: { input: 0.1 },
  sources: { capabilities: `${create}, ${pages}/text-embedding-ada-002`, prices: genaiPrices023 },
};

/** Dimensions: https://learn.microsoft.com/azure/ai-services/openai/concepts/legacy-models; the day: OpenAI's deprecations. */
function first(dimensions: number, size: string): Listing<EmbeddingFacts> {
  const kinds = ['text-similarity-*-001', 'text-search-*-doc-001', 'text-search-*-query-001'];
  const code = ['code-search-*-code-001', 'code-search-*-text-001'];
  const names = [...kinds, ...(size === 'ada' || size === 'babbage' ? code : [])];
  return {
    names: names.map((name) => name.replace('*', size)),
    facts: {
      ...ada,
      mostTokens: 2046,
      dimensions,
      prices: null,
      sources: { capabilities: deprecations, prices: null },
    },
    ends: { on: '2024-01-04', replacement: 'text-embedding-3-small' },
  };
}

export const openaiEmbeddings = new ModelCatalog<EmbeddingFacts>({
  asOf: '2026-11-27',
  listings: [
    { names: ['text-embedding-3-small'], facts: small },
    { names: ['text-embedding-3-large'], facts: large },
    { names: ['text-embedding-ada-002'], facts: ada },
    first(1024, 'ada'),
    first(2048, 'babbage'),
    first(4096, 'curie'),
    first(12_288, 'davinci'),
  ],
  ownNames: /^(text-embedding-|text-similarity-|text-search-|code-search-)/i,
  snapshotEnding: /-v2$/,
  read: (name) => ({ base: name.trim().toLowerCase().split('/').at(-1) ?? '', isTuned: false }),
});
