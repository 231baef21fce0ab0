import { counted, dollars, duration } from '../design/figures.ts';
import type { LiveRun } from './liveRun.ts';

const shortestMs = 50;

/**
 * Pieces of text a second, from the first to the last: about tokens. Counts would not do, as they are also of calls that
 * streamed nothing. Undefined where there is too little to measure.
 */
export function tokenPace({ firstTokenAt, lastTokenAt, pieces }: LiveRun): number | undefined {
  if (firstTokenAt === undefined || lastTokenAt === undefined) return undefined;
  const ms = lastTokenAt - firstTokenAt;
  return ms < shortestMs ? undefined : ((pieces - 1) * 1000) / ms;
}

/** Milliseconds from the request on, until the end or now. */
export function elapsedOf({ summary, startedAt, endedAt }: LiveRun, now?: number): number | undefined {
  const end = endedAt ?? now;
  return summary?.elapsedMs ?? (startedAt === undefined || end === undefined ? undefined : end - startedAt);
}

/** Milliseconds from the request to the first piece of text that its caller got. */
export function firstTokenOf({ firstTokenAt, startedAt }: LiveRun): number | undefined {
  return firstTokenAt === undefined || startedAt === undefined ? undefined : firstTokenAt - startedAt;
}

/** What a run took and cost, in one line. */
export function runFigures(run: LiveRun, now?: number): string {
  // A run that asked no model has counts, which are all 0.
  const usage = run.usage?.total_tokens === 0 ? undefined : run.usage;
  const [first, pace] = [firstTokenOf(run), tokenPace(run)];
  return [
    duration(elapsedOf(run, now)),
    first === undefined ? '' : `first token ${duration(first)}`,
    usage === undefined ? '' : counted(usage.total_tokens, 'token'),
    pace === undefined ? '' : `${Math.round(pace)} tokens/s`,
    dollars(usage?.cost_usd),
  ]
    .filter((each) => each !== '')
    .join(' · ');
}
