import { describe, expect, test } from 'vitest';

import { textOfPattern } from '../../../src/core/codegen/python/project/patternText.ts';

describe('a text that a pattern matches', () => {
  test.each([
    ['^[a-z]+$', 0, 99],
    ['^[A-Z]{2}-\\d{4}$', 0, 99],
    ['^\\d{4}-\\d{2}-\\d{2}$', 0, 99],
    ['^(?:yes|no)$', 0, 99],
    ['^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$', 0, 99],
    ['^\\+?[0-9 ]{6,15}$', 10, 12],
    ['^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$', 36, 36],
    ['^#[\\]\\\\x]?\\.+$', 5, 5],
    ['^(?<year>\\d+)\\/(?<month>\\d+)$', 0, 99],
    ['^\\w+\\-\\w+$', 0, 99],
    ['^[\\w.-]*?$', 3, 3],
    ['Straße|Weg', 0, 99],
    ['^$', 0, 0],
    ['a.c', 0, 99],
  ])('%s', (pattern, least, most) => {
    const text = textOfPattern(pattern, least, most);
    expect(text).toMatch(new RegExp(pattern));
    expect([...(text ?? '')].length).toBeGreaterThanOrEqual(least);
    expect([...(text ?? '')].length).toBeLessThanOrEqual(most);
  });

  test.each([
    ['^[a-z]{3}$', 4, 99],
    ['^\\d{9}$', 0, 5],
    ['^(?!a)a|\\bb\\B$', 0, 99],
  ])('there is none for %s of %i to %i characters, or none that is found', (pattern, least, most) => {
    expect(textOfPattern(pattern, least, most)).toBeUndefined();
  });
});
