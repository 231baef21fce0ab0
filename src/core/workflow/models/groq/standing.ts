import { estimated, scored, type Standing } from '../standing.ts';

/** Tokens per second as Groq's pages are quoted; how long the first one takes is assumed. */
const quoted = 'https://aipromptshub.co/limits/groq-rate-limits; the first token is assumed';

export const standings: Readonly<Record<string, Standing>> = {
  'openai/gpt-oss-120b': {
    quality: estimated(62),
    pace: { firstTokenMs: 250, tokensPerSecond: 500, source: quoted },
  },
  'openai/gpt-oss-20b': {
    quality: estimated(55),
    pace: { firstTokenMs: 200, tokensPerSecond: 1_000, source: quoted },
  },
  'qwen/qwen3.8-27b': {
    quality: scored(71.8),
    pace: { firstTokenMs: 300, tokensPerSecond: 300, source: 'assumed, by its size beside the others of Groq' },
  },
};
