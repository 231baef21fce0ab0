import { ModelCatalog, type CatalogFacts } from '../catalog.ts';
import { genaiPrices023, type Listing, type Sources } from '../facts.ts';
import type { EmbeddingFacts, EmbeddingHabits } from './facts.ts';

const litellm = "litellm 1.110.2's model_prices_and_context_window.json";

function sources(capabilities: string, prices: string | null): Sources {
  return { capabilities, prices };
}

function catalogOf(
  listings: readonly Listing<EmbeddingFacts>[],
  ownNames: CatalogFacts['ownNames'],
): ModelCatalog<EmbeddingFacts> {
  const read = (name: string) => ({ base: name.trim().replace(/^models\//, ''), isTuned: false });
  return new ModelCatalog<EmbeddingFacts>({ asOf: '2026-11-27', listings, ownNames, snapshotEnding: /$^/, read });
}

/** What is known of a server that makes embeddings, by what a node's `provider` says. */
interface Known {
  readonly catalog: ModelCatalog<EmbeddingFacts>;
  readonly habits: EmbeddingHabits;
}

/** The same page lists dimensions and length of each model. */
const voyagePage = 'https://docs.voyageai.com/docs/embeddings';

function voyage(input: number, shortens?: readonly number[], more: Partial<EmbeddingFacts> = {}): EmbeddingFacts {
  return {
    mostTokens: 32_000,
    dimensions: 1024,
    ...(shortens && { shortens }),
    prices: { input },
    sources: sources(`${voyagePage}, ${litellm}`, litellm),
    ...more,
  };
}
const matryoshka = [256, 512, 1024, 2048];

/**
 * 1,000 texts a request: `HOSTED_MAX_BATCH_SIZE` in `local/model_registry.py` of voyageai 0.5.0. All their tokens: 120,000 for the
 * large models, more for the others (`EmbedRequest` of Voyage's TypeScript SDK), so that fewer hold for all.
 */
const voyageServer: Known = {
  habits: {
    mostTexts: 1000,
    mostTokens: 120_000,
    dimensionsAs: 'output_dimension',
    inputType: true,
    cutsUnasked: true,
  },
  catalog: catalogOf(
    [
      { names: ['voyage-4', 'voyage-3.5'], facts: voyage(0.06, matryoshka) },
      { names: ['voyage-4-large', 'voyage-code-4'], facts: voyage(0.12, matryoshka) },
      { names: ['voyage-4-lite', 'voyage-3.5-lite'], facts: voyage(0.02, matryoshka) },
      { names: ['voyage-3-large', 'voyage-code-3'], facts: voyage(0.18, matryoshka) },
      { names: ['voyage-3'], facts: voyage(0.06) },
      { names: ['voyage-3-lite'], facts: voyage(0.02, undefined, { dimensions: 512 }) },
      { names: ['voyage-finance-2', 'voyage-multilingual-2'], facts: voyage(0.12) },
      { names: ['voyage-law-2'], facts: voyage(0.12, undefined, { mostTokens: 16_000 }) },
      {
        names: ['voyage-code-2', 'voyage-large-2'],
        facts: voyage(0.12, undefined, { mostTokens: 16_000, dimensions: 1536 }),
      },
      { names: ['voyage-2'], facts: voyage(0.1, undefined, { mostTokens: 4000 }) },
    ],
    /^voyage-/i,
  ),
};

/** 128 to 3,072 dimensions: https://ai.google.dev/gemini-api/docs/embeddings#control-embedding-size */
const geminiPage = 'https://ai.google.dev/gemini-api/docs/embeddings';
const gemini2: EmbeddingFacts = {
  mostTokens: 8192,
  dimensions: 3072,
  shortens: { least: 128, most: 3072 },
  prices: { input: 0.2 },
  sources: sources(`${geminiPage}, ${litellm}`, genaiPrices023),
};
const gemini1: EmbeddingFacts = { ...gemini2, mostTokens: 2048, prices: { input: 0.15 } };
const earlier: EmbeddingFacts = {
  mostTokens: 2048,
  dimensions: 768,
  prices: null,
  sources: sources('https://www.drupal.org/project/gemini_provider/issues/3550425, which quotes Google', null),
};
const ended = { on: '2025-10-30', replacement: 'gemini-embedding-001' };

/** As https://github.com/langgenius/dify-official-plugins/issues/2515 quotes Google's changelog. */
const textEmbedding004: Listing<EmbeddingFacts> = {
  names: ['text-embedding-004'],
  facts: { ...earlier, sources: sources('https://ai.google.dev/gemini-api/docs/deprecations', null) },
  ends: { on: '2026-01-14', replacement: 'gemini-embedding-001' },
};

/** "at most 100 requests can be in one batch": https://github.com/geldata/gel/issues/9032 */
const geminiServer: Known = {
  habits: { mostTexts: 100 },
  catalog: catalogOf(
    [
      { names: ['gemini-embedding-2'], facts: gemini2 },
      { names: ['gemini-embedding-001'], facts: gemini1 },
      {
        names: ['gemini-embedding-2-preview'],
        facts: gemini2,
        ends: { on: '2026-11-06', replacement: 'gemini-embedding-2' },
      },
      textEmbedding004,
      { names: ['embedding-001', 'embedding-gecko-001'], facts: earlier, ends: ended },
      {
        names: ['gemini-embedding-exp', 'gemini-embedding-exp-03-07'],
        facts: { ...earlier, dimensions: 3072 },
        ends: ended,
      },
    ],
    /^(models\/)?(gemini-embedding|embedding-|text-embedding-)/i,
  ),
};

/**
 * `output_dimension`: `embeddingrequest.py` of mistralai 3.7.0. "Too many tokens in batch. Max is 16384":
 * https://github.com/aurelio-labs/semantic-router/issues/297; 128 texts: https://github.com/continuedev/continue/issues/2418
 */
const mistralServer: Known = {
  habits: { mostTexts: 128, mostTokens: 16_384, dimensionsAs: 'output_dimension' },
  catalog: catalogOf(
    [
      {
        names: ['mistral-embed', 'mistral-embed-2312'],
        facts: {
          mostTokens: 8192,
          dimensions: 1024,
          prices: { input: 0.1 },
          sources: sources(`https://docs.mistral.ai/models/mistral-embed-23-12, ${litellm}`, litellm),
        },
      },
      {
        names: ['codestral-embed', 'codestral-embed-2505'],
        facts: {
          mostTokens: 8192,
          dimensions: 1536,
          shortens: { least: 1, most: 3072 },
          prices: { input: 0.15 },
          sources: sources(`https://docs.mistral.ai/models/codestral-embed-25-05, ${litellm}`, genaiPrices023),
        },
      },
    ],
    /^(mistral|codestral)-embed/i,
  ),
};

/** Nothing is known of the models of other servers, so that nothing is refused. */
export const unknownServer: Known = { habits: { mostTexts: 2048 }, catalog: catalogOf([], /$^/) };

/** The servers of which something is known. */
export const knownEmbeddingServers: ReadonlyMap<string, Known> = new Map([
  ['voyage', voyageServer],
  ['gemini', geminiServer],
  ['mistral', mistralServer],
]);
