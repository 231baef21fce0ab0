import type { RunStanding } from '../../../../core/durableRuns.ts';

/** How it stands with a run or a step. */
export type Standing = RunStanding | 'begun' | 'waiting' | 'done' | 'unfinished';

/** How a step stands when its run stands so: what a run that has ended had begun is not going on. */
export function standingOfStep(status: string, run: RunStanding): Standing {
  if (status === 'done' || status === 'failed') return status;
  if (run !== 'running') return 'unfinished';
  return status === 'waiting' ? 'waiting' : 'begun';
}
