import type { Pace, Rated } from './facts.ts';

/** How good the models of a provider are beside all others, and how fast. */
export interface Standing {
  readonly quality: Rated;
  readonly pace: Pace;
}

/** The page that a score was read at: of a hundred, from many published benchmarks taken together. */
const scores = 'https://whatmodel.sh, score as of November 2026';
const between = `estimated between models of the same line at ${scores}`;

/** A score that was read. */
export function scored(rank: number): Rated {
  return { rank, source: scores };
}

/** The score of a model that was not read, put between its neighbours by how its provider sorts what it offers. */
export function estimated(rank: number): Rated {
  return { rank, source: between };
}

const words = {
  fastest: [400, 150],
  fast: [700, 80],
  moderate: [1_300, 60],
  slower: [2_500, 45],
} as const;

/** The word that a provider has for the latency of a model, in numbers that are assumed, as it publishes none. */
export function paceOf(word: keyof typeof words, page: string): Pace {
  const [firstTokenMs, tokensPerSecond] = words[word];
  return { firstTokenMs, tokensPerSecond, source: `${page}, "${word}"; the numbers are assumed` };
}
