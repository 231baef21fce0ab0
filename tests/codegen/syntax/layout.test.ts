import { describe, expect, it } from 'vitest';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import { printModule } from '../../../src/core/codegen/python/syntax/print.ts';
import { ruffed } from './python.ts';
import { Random } from './random.ts';
import { moduleBody } from './trees.ts';

const batches = [1, 2, 3].map((seed) => {
  const random = new Random(seed);
  return Array.from({ length: 600 }, () => printModule(py.moduleOf(moduleBody(random))).text);
});

describe('the layout of printed modules', () => {
  it.each(batches)('is the one that ruff gives the same code (batch %#)', (...texts) => {
    ruffed(texts, false).forEach((text, index) => expect(texts[index]).toBe(text));
  });

  // A few layouts of ruff are not stable: its second run differs from its first, because of the commas that the first added.
  it.each(batches)('is left unchanged by ruff, but for its rare unstable layouts (batch %#)', (...texts) => {
    const once = ruffed(texts);
    const changed = texts.filter((text, index) => text !== once[index]);
    expect(changed.length).toBeLessThanOrEqual(2);
  });
});
