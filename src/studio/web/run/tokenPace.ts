import { tokensPerSecond } from './figures.ts';
import type { LiveRun } from './liveRun.ts';

/** Tokens a second from the first on; pieces of text are counted until the counts have come. */
export function tokenPace({ firstTokenAt, endedAt, usage, pieces }: LiveRun): number | undefined {
  if (firstTokenAt === undefined || endedAt === undefined) return undefined;
  return tokensPerSecond(usage?.completion_tokens ?? pieces, endedAt - firstTokenAt);
}
