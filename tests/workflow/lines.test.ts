import { expect, test } from 'vitest';

import { changeBetween } from '../../src/core/workflow/source/change.ts';
import { Lines } from '../../src/core/workflow/source/lines.ts';
import { Random } from '../codegen/syntax/random.ts';

test('the lines of a changed text are those of the text', () => {
  const random = new Random(3);
  const some = (most: number): string =>
    random.times(most, () => random.pick(['\r', '\n', '\r\n', 'a', 'bc', ' '])).join('');
  for (let count = 0; count < 3000; count += 1) {
    const before = `${random.pick(['', '\uFEFF'])}${some(12)}`;
    const at = random.below(before.length + 1);
    const after = before.slice(0, at) + some(3) + before.slice(at + random.below(4));
    const change = changeBetween(before, after);
    const [revised, anew] = [new Lines(before).after(change, after), new Lines(after)];
    for (let offset = 0; offset <= after.length; offset += 1)
      expect({ before, after, range: revised.range(offset, offset) }).toEqual({
        before,
        after,
        range: anew.range(offset, offset),
      });
  }
});
