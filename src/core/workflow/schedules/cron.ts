/** What cron's five fields say; weekdays from Sunday, 0, on. `app/durable/cron.py` reads them in the same way. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** Whether a day has to be one of `days` and of `weekdays`, and not of either. */
  readonly needsBoth: boolean;
  /** Whether the hour begins with `*`, so that times which a clock shows twice count twice. */
  readonly isEveryHour: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Where `*` ends, if not at the most. */
  readonly last?: number;
  readonly names?: ReadonlyMap<string, number>;
}

const fields = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: new Map(months.map((month, index) => [month, index + 1])) },
  { name: 'weekday', least: 0, most: 7, last: 6, names: new Map(weekdays.map((day, index) => [day, index])) },
] as const satisfies readonly Field[];

/** The fields of a text, or what is wrong with it. */
export function parseCron(text: string): { readonly cron: Cron } | { readonly problem: string } {
  const parts = text.split(/\s+/u).filter((part) => part !== '');
  if (parts.length !== fields.length)
    return { problem: `it has ${parts.length} fields, and needs five: minute, hour, day, month, weekday` };
  const sets: ReadonlySet<number>[] = [];
  for (const [index, field] of fields.entries()) {
    const found = numbersOf(parts[index] ?? '', field);
    if (typeof found === 'string') return { problem: found };
    sets.push(found);
  }
  const [minutes, hours, days, ofMonths, onWeekdays] = sets as [
    Cron['minutes'],
    Cron['hours'],
    Cron['days'],
    Cron['months'],
    Cron['weekdays'],
  ];
  const [, hour = '', day = '', , weekday = ''] = parts;
  return {
    cron: {
      minutes,
      hours,
      days,
      months: ofMonths,
      weekdays: new Set([...onWeekdays].map((each) => each % 7)),
      needsBoth: day.startsWith('*') || weekday.startsWith('*'),
      isEveryHour: hour.startsWith('*'),
    },
  };
}

function numbersOf(part: string, field: Field): ReadonlySet<number> | string {
  const { name, least, most, last = most } = field;
  const numbers = new Set<number>();
  for (const each of part.split(',')) {
    const [, span = '', stepText] = /^([^/]*)(?:\/(.*))?$/u.exec(each) ?? [];
    const step = stepText === undefined ? 1 : numberOf(stepText, { least: 1, most: most + 1 });
    if (step === undefined) return `the ${name} has the step \`${stepText}\`, which is no number from 1 to ${most + 1}`;
    const [startText = '', endText] = span.split(/-(.*)/su);
    const start = span === '*' ? least : numberOf(startText, field);
    const end =
      span === '*' ? last : endText === undefined ? (stepText === undefined ? start : most) : numberOf(endText, field);
    if (start === undefined || end === undefined)
      return `the ${name} is \`${each}\`; numbers from ${least} to ${most} can stand there, \`*\`, \`a-b\`, \`*/n\` and lists`;
    if (end < start) return `the ${name} \`${each}\` ends before it begins`;
    for (let number = start; number <= end; number += step) numbers.add(number);
  }
  return numbers;
}

function numberOf(text: string, { least, most, names }: Omit<Field, 'name'>): number | undefined {
  const named = names?.get(text.toLowerCase());
  if (named !== undefined) return named;
  const number = /^\d{1,4}$/u.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}
