/** Milliseconds as people read them: `340 ms`, `2.41 s`, `3 min 05 s`. */
export function duration(ms: number | undefined): string {
  if (ms === undefined) return '';
  if (ms < 1) return ms <= 0 ? '0 ms' : '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** A round duration, as an axis has it: `50 ms`, `0.5 s`, `2 s`. */
export function roundDuration(ms: number): string {
  return ms < 100 ? `${Number(ms.toPrecision(2))} ms` : `${Number((ms / 1000).toPrecision(4))} s`;
}

/** US dollars with as many digits as say something: `$0.000012`, `$0.0340`, `$12.50`. */
export function dollars(usd: number | null | undefined): string {
  if (usd === undefined || usd === null) return '';
  if (usd === 0) return '$0';
  if (usd >= 1) return `$${usd.toFixed(2)}`;
  const digits = Math.min(8, Math.max(4, 1 - Math.floor(Math.log10(usd))));
  return `$${usd.toFixed(digits)}`;
}

/** `12,345`. By hand: the first number that a browser's own words group takes it tens of milliseconds, before the first paint. */
export function count(value: number | undefined): string {
  if (value === undefined) return '';
  const [whole = '', ...part] = String(value).split('.');
  return [whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ','), ...part].join('.');
}

/** `1 token`, `20 tokens`. */
export function counted(value: number, noun: string, nouns = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : nouns}`;
}

export function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** A moment: the time today, the day before it otherwise. */
export function moment(at: number, now: number = Date.now()): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? time : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${time}`;
}

/** A value in one line, cut to a length. */
export function preview(value: unknown, most = 160): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = text.slice(0, most * 2).replaceAll(/\s+/g, ' ');
  return line.length > most || text.length > most * 2 ? `${line.slice(0, most)}…` : line;
}
