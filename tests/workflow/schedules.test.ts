import { describe, expect, test } from 'vitest';

import { parseCron } from '../../src/core/workflow/schedules/cron.ts';
import { nextTimes, timeInWords } from '../../src/core/workflow/schedules/nextTimes.ts';
import { isTimeZone } from '../../src/core/workflow/schedules/timeZones.ts';

function dues(cron: string, after: string, count: number, timezone = 'Europe/Berlin'): readonly string[] {
  const parsed = parseCron(cron);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return nextTimes(parsed.cron, timezone, Date.parse(after), count).map((at) =>
    new Date(at).toISOString().slice(0, 16),
  );
}

/** The same cases as in `test_cron.py` of the runtime, which has to mean the same. */
describe('the next times of a schedule', () => {
  test('a time that does not exist counts as it would have', () => {
    expect(dues('30 2 * * *', '2026-03-28T11:00Z', 2)).toEqual(['2026-03-29T01:30', '2026-03-30T00:30']);
    expect(dues('*/30 * * * *', '2026-03-29T00:15Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:00',
      '2026-03-29T01:30',
    ]);
  });

  test('a time that comes twice counts once, unless every hour does', () => {
    expect(dues('30 2 * * *', '2026-10-24T10:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(dues('0 * * * *', '2026-10-24T23:30Z', 3)).toEqual([
      '2026-10-25T00:00',
      '2026-10-25T01:00',
      '2026-10-25T02:00',
    ]);
    expect(dues('0 0 * * *', '2026-03-28T10:00Z', 1, 'Asia/Beirut')).toEqual(['2026-03-28T22:00']);
  });

  test('names, days and weekdays', () => {
    expect(dues('0 9 * * MON-fri', '2026-11-27T09:00Z', 1)).toEqual(['2026-11-30T08:00']);
    expect(dues('0 9 13 * 5', '2026-10-31T23:00Z', 2)).toEqual(['2026-11-06T08:00', '2026-11-13T08:00']);
    expect(dues('0 9 29 2 *', '2026-10-31T23:00Z', 1)).toEqual(['2028-02-29T08:00']);
    expect(dues('0 9 * * 7', '2026-11-29T23:00Z', 1)).toEqual(['2026-12-06T08:00']);
    expect(dues('0 0 31 2 *', '2026-11-29T23:00Z', 1)).toEqual([]);
  });

  test('in words', () => {
    expect(timeInWords(Date.parse('2026-12-01T05:00Z'), 'Europe/Berlin')).toBe('Tue 1 Dec 2026, 06:00 GMT+1');
  });
});

test.each([
  '',
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  'a * * * *',
  '5-1 * * * *',
  '*/0 * * * *',
  '1,,2 * * * *',
  '-1 * * * *',
])('what is none of crons is refused: %j', (text) => {
  expect(parseCron(text)).toHaveProperty('problem');
});

test('time zones are known by their exact names', () => {
  expect(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'US/Eastern'].map(isTimeZone)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['europe/berlin', 'Europe/Berlim', '+02:00', '', 'Europe/Berlin/'].map(isTimeZone)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
