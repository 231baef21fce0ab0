import { parseCron } from '../../schedules/cron.ts';
import { nextTimes } from '../../schedules/nextTimes.ts';
import { isTimeZone, timeZones } from '../../schedules/timeZones.ts';
import { suggest } from '../../suggest.ts';
import { nodesOfType, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';

/** Schedules that are none, or that are never due. */
export const schedules: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'scheduledTask')) {
    const { cron: text, timezone } = node.config;
    const path = context.pathOf(node, 'config', 'cron');
    const parsed = parseCron(text);
    if ('problem' in parsed) reporter.report('invalid-cron', { cron: text, problem: parsed.problem }, { path });
    // Within nine years each date comes, whenever one begins to look.
    else if (nextTimes(parsed.cron, 'UTC', 0, 1).length === 0)
      reporter.report('cron-never-due', { cron: text }, { path });
    if (isTimeZone(timezone)) continue;
    const place = context.pathOf(node, 'config', 'timezone');
    const suggestion = suggest(timezone, timeZones());
    const fixes = [changeTo(reporter, place, suggestion)];
    reporter.report('unknown-time-zone', { timezone }, { path: place }, { suggestion, fixes });
  }
};
