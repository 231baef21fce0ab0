import type { RunUpdate, ServerEvent } from '../../protocol/index.ts';
import { emptyRun, withSummary, withUpdates, type LiveRun } from './liveRun.ts';

/** What the server says of runs. */
export type RunEvent = Extract<ServerEvent, { readonly type: 'run' | 'run_summary' }>;

/** All runs after further events, taken in their order; runs that nothing was said of stay the same objects. */
export function withServerEvents(
  runs: ReadonlyMap<string, LiveRun>,
  events: readonly RunEvent[],
): ReadonlyMap<string, LiveRun> {
  const next = new Map(runs);
  const waiting = new Map<string, RunUpdate[]>();
  const settle = (id: string): LiveRun => {
    const run = withUpdates(next.get(id) ?? emptyRun(id), waiting.get(id) ?? []);
    waiting.delete(id);
    next.set(id, run);
    return run;
  };
  for (const event of events) {
    if (event.type === 'run_summary') {
      const { summary } = event;
      next.set(summary.id, withSummary(settle(summary.id), summary));
      continue;
    }
    const updates = waiting.get(event.run);
    if (updates === undefined) waiting.set(event.run, [event.update]);
    else updates.push(event.update);
  }
  for (const id of waiting.keys()) settle(id);
  return next;
}

/**
 * Of what was heard while a recording was loaded, what the recording does not have yet: it may have been made before all, some
 * or none of it.
 */
export function notYetIn(recorded: readonly RunUpdate[], heard: readonly RunUpdate[]): readonly RunUpdate[] {
  const ends = recorded.slice(-heard.length).map((update) => JSON.stringify(update));
  const texts = heard.map((update) => JSON.stringify(update));
  for (let shared = Math.min(ends.length, texts.length); shared > 0; shared -= 1)
    if (ends.slice(ends.length - shared).every((text, index) => text === texts[index])) return heard.slice(shared);
  return heard;
}
