import type { ServerEvent, TestResult } from '../../protocol/index.ts';

export interface TestRun {
  readonly state: 'running' | 'done' | 'failed';
  /** What is being done, or why it could not be. */
  readonly note: string | undefined;
  /** By name, in the order in which they first ended. */
  readonly results: ReadonlyMap<string, TestResult>;
  /** Tests that are being run anew; their last results are old. */
  readonly stale: ReadonlySet<string>;
  /** The text that they were run of. */
  readonly text: string;
}

/** A new round: of some tests, which leaves the others' results, or of all. */
export function begun(before: TestRun | undefined, text: string, only: readonly string[] | undefined): TestRun {
  const results = before?.results ?? new Map<string, TestResult>();
  return { state: 'running', note: undefined, results, stale: new Set(only ?? results.keys()), text };
}

/** What is known after one more event. */
export function withTestEvent(run: TestRun, event: Extract<ServerEvent, { readonly type: 'tests' }>): TestRun {
  const { state, result, note } = event;
  const results = new Map(run.results);
  const stale = new Set(run.stale);
  if (result !== undefined) {
    results.set(result.name, result);
    stale.delete(result.name);
  }
  // What was to be run and is not there any more; a round that was broken off leaves what was known.
  if (state === 'done') for (const name of stale) results.delete(name);
  if (state !== 'running') stale.clear();
  return { ...run, state, note: note ?? (state === 'running' ? run.note : undefined), results, stale };
}

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly elapsedMs: number;
}

export function tallyOf(results: Iterable<TestResult>): Tally {
  const tally = { passed: 0, failed: 0, skipped: 0, elapsedMs: 0 };
  for (const { outcome, elapsedMs } of results) {
    tally[outcome] += 1;
    tally.elapsedMs += elapsedMs;
  }
  return tally;
}
