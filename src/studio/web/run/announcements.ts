import { counted, dollars, duration } from '../design/figures.ts';
import type { LiveRun } from './liveRun.ts';

/** What is said aloud of a run, one sentence for each step of it that has happened; tokens are not read out. */
export function announcements(run: LiveRun): readonly string[] {
  const said: string[] = [];
  if (run.startedAt !== undefined) said.push('The run has begun.');
  for (const [node, { state, elapsedMs }] of run.nodes) {
    if (state === 'done') said.push(`${node} is done after ${duration(elapsedMs)}.`);
    if (state === 'failed') said.push(`${node} has failed.`);
  }
  if (run.state === 'done') {
    const { usage } = run;
    const cost = usage === undefined ? '' : `, ${counted(usage.total_tokens, 'token')}, ${dollars(usage.cost_usd)}`;
    said.push(`The run is done${cost}.`);
  }
  if (run.state === 'failed') said.push(`The run has failed. ${run.problem?.detail ?? run.note ?? ''}`.trim());
  if (run.state === 'cancelled') said.push('The run was stopped.');
  return said;
}
