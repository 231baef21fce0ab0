import type { Cron } from './cron.ts';
import { day, formatOf, instantsOf, localTime } from './timeZones.ts';

/** A 29th of February may be eight years away. */
const mostDays = 9 * 366;

/** The next times after one at which a schedule is due, in milliseconds since 1970; fewer where there are no more within nine years. */
export function nextTimes(cron: Cron, timezone: string, after: number, count: number): readonly number[] {
  const zone = formatOf(timezone);
  const first = Math.floor(localTime(after, zone) / day) - 1;
  const found: number[] = [];
  for (let ahead = 0; ahead < mostDays && found.length < count; ahead += 1) {
    const date = (first + ahead) * day;
    if (hasDay(cron, new Date(date)))
      found.push(...timesOn(cron, date, zone).filter((at) => at > after && !found.includes(at)));
  }
  return found.slice(0, count);
}

function hasDay({ days, months, weekdays, needsBoth }: Cron, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const [inDays, inWeekdays] = [days.has(date.getUTCDate()), weekdays.has(date.getUTCDay())];
  return needsBoth ? inDays && inWeekdays : inDays || inWeekdays;
}

function timesOn({ hours, minutes, isEveryHour }: Cron, date: number, zone: Intl.DateTimeFormat): readonly number[] {
  const times = [...hours].flatMap((hour) =>
    [...minutes].flatMap((minute) => {
      const instants = instantsOf(date + (hour * 60 + minute) * 60_000, zone);
      return isEveryHour ? instants : instants.slice(0, 1);
    }),
  );
  return [...new Set(times)].toSorted((a, b) => a - b);
}

/** A time as the clocks of a zone show it: `Tue 1 Dec 2026, 06:00 GMT+1`. */
export function timeInWords(at: number, timezone: string): string {
  const parts = new Map(
    new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'shortOffset',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  return `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')} ${part('timeZoneName')}`;
}
