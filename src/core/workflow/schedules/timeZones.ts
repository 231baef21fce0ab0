/** In milliseconds. */
export const day = 86_400_000;

const name = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z0-9][A-Za-z0-9_+-]*)*$/u;

/** Whether a time zone is known by exactly this name. */
export function isTimeZone(zone: string): boolean {
  if (!name.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The names of time zones, without those that only mean another. */
export function timeZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

/** What the clocks of a zone show at a time, both in milliseconds since 1970 as if the first were UTC. */
export function localTime(at: number, zone: Intl.DateTimeFormat): number {
  const parts = new Map(zone.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** What tells the time in a zone. Throws a RangeError where there is none of that name. */
export function formatOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** The times at which the clocks of a zone show something, as they would without a change where they never do. */
export function instantsOf(local: number, zone: Intl.DateTimeFormat): readonly number[] {
  const offsets = [local - day, local + day].map((at) => localTime(at, zone) - at);
  const [before = 0] = offsets;
  const shown = offsets.map((offset) => local - offset).filter((at) => localTime(at, zone) === local);
  return shown.length === 0 ? [local - before] : [...new Set(shown)].toSorted((a, b) => a - b);
}
