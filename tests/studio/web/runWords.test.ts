import { expect, test } from 'vitest';

import { testName } from '../../../src/studio/web/history/testName.ts';
import { faultGroups, faultTitle } from '../../../src/studio/web/run/faults.ts';

const base = { state: 'done', input: undefined, problem: undefined } as const;

test('a test of a run is called after what was asked, or how it failed', () => {
  expect(testName({ ...base, input: { count: 3, message: ' Why is\nthe sky blue? ' } })).toBe(
    'answers Why is the sky blue?',
  );
  const long = testName({ ...base, input: 'word '.repeat(40) });
  expect(long).toMatch(/^answers (word ?)+$/);
  expect(long.length).toBeLessThan(60);
  expect(testName({ ...base, input: { mark: '…', items: [7] } })).toBe('answers a request');
  expect(testName({ ...base, state: 'cancelled' })).toBe('is stopped');
  expect(testName({ ...base, state: 'failed' })).toBe('fails');
});

test('of the faults those come first that happen most, each once; the rest by what they are about', () => {
  const faults = ['crlf', 'server_error', 'ok_html', 'rate_limited_seconds', 'comments'].map((name) => ({
    name,
    about: name,
    group: name === 'ok_html' ? 'Unusual answers' : 'Unusual streams',
  }));
  const named = faultGroups(faults).map(({ title, faults: own }) => [title, own.map(({ name }) => name)]);
  expect(named).toEqual([
    ['What happens most', ['rate_limited_seconds', 'server_error']],
    ['Unusual streams', ['crlf', 'comments']],
    ['Unusual answers', ['ok_html']],
  ]);
  expect(faultGroups([])).toEqual([]);
  expect(faultTitle('cut_after_finish')).toBe('Cut after finish');
});
