import type { ModelCatalog } from '../catalog.ts';
import type { CommonFacts } from '../facts.ts';
import type { Provider } from '../provider.ts';

/** What one model that makes embeddings can do and costs. */
export interface EmbeddingFacts extends CommonFacts {
  /** The most tokens that one text may have. */
  readonly mostTokens: number;
  /** How many numbers an embedding has where nothing is said. */
  readonly dimensions: number;
  /** How many it can have: any number from the least to the most, or one of a list; left out where that cannot be said. */
  readonly shortens?: { readonly least: number; readonly most: number } | readonly number[];
  /** USD per million tokens. */
  readonly prices: { readonly input: number } | null;
}

/** How a provider is asked for embeddings: OpenAI's way, but for what is said here. */
export interface EmbeddingHabits {
  /** How many texts one request may have. */
  readonly mostTexts: number;
  /** How many tokens all texts of a request may have together; left out where nobody says. */
  readonly mostTokens?: number;
  /** It calls `dimensions` otherwise. */
  readonly dimensionsAs?: string;
  /** It is told what the texts are for. */
  readonly inputType?: true;
  /** It cuts texts that are too long unless it is told not to. */
  readonly cutsUnasked?: true;
}

/** Who makes embeddings. */
export interface EmbeddingServer {
  readonly provider: Provider;
  readonly catalog: ModelCatalog<EmbeddingFacts>;
  readonly habits: EmbeddingHabits;
}

/** "1 to 1,536", "256, 512 or 1,024" */
export function dimensionWords({ dimensions, shortens = [dimensions] }: EmbeddingFacts): string {
  const written = ('least' in shortens ? [shortens.least, shortens.most] : shortens).map((each) =>
    each.toLocaleString('en'),
  );
  if ('least' in shortens) return written.join(' to ');
  return written.length === 1 ? written.join('') : `${written.slice(0, -1).join(', ')} or ${written.at(-1)}`;
}
