import type { CheckedWorkflow } from '../core/workflow/index.ts';
import { parseCron } from '../core/workflow/schedules/cron.ts';
import { nextTimes, timeInWords } from '../core/workflow/schedules/nextTimes.ts';

const shownTimes = 3;

/** When the runs of a scheduled workflow begin next, in a line; undefined of any other. */
export function scheduleLine({ file, trigger }: CheckedWorkflow, now: number): string | undefined {
  if (trigger.type !== 'scheduledTask') return undefined;
  const { cron, timezone } = trigger.config;
  const parsed = parseCron(cron);
  if ('problem' in parsed) return undefined;
  const times = nextTimes(parsed.cron, timezone, now, shownTimes).map((at) => timeInWords(at, timezone));
  return `${file.name} begins by ${cron} (${timezone}): ${times.join('; ')}`;
}
