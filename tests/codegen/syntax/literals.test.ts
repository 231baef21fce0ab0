import { describe, expect, it } from 'vitest';
import { literalText, numberLiteral, stringLiteral } from '../../../src/core/codegen/python/syntax/literals.ts';
import type { Json } from '../../../src/core/workflow/json.ts';
import { askPython, ruffed } from './python.ts';
import { Random, hostileText } from './random.ts';

describe('string literals', () => {
  const random = new Random(31);
  const texts = Array.from({ length: 20_000 }, () => hostileText(random));
  const literals = texts.map(stringLiteral);

  it('are read by CPython as the text they stand for', () => {
    const read = askPython('import ast\nprint(json.dumps([ast.literal_eval(each) for each in data]))', literals);
    expect(read).toEqual(texts);
  });

  it('are printable ASCII', () => {
    expect(literals.filter((literal) => !/^[ -~]*$/.test(literal))).toEqual([]);
  });

  it('are left unchanged by ruff', () => {
    const lines = literals.map((literal, index) => `s${index} = ${literal}`);
    expect(ruffed([`${lines.join('\n')}\n`])).toEqual([`${lines.join('\n')}\n`]);
  });

  it('cannot hold NUL or half a character', () => {
    expect(() => stringLiteral('a\0b')).toThrow('NUL');
    expect(() => stringLiteral('a\ud800b')).toThrow('surrogate');
  });
});

describe('JSON literals', () => {
  it('are read by CPython as its own JSON reader reads the JSON text', () => {
    const random = new Random(32);
    const number = (): number => {
      const digits = (random.next() - 0.5) * 10 ** random.below(40);
      return random.pick([
        Math.trunc(digits),
        digits,
        digits * 1e260,
        digits / 1e300,
        2 ** 53,
        -(2 ** 63),
        5e-324,
        1e21,
        1e22,
      ]);
    };
    const value = (depth: number): Json =>
      random.pick<() => Json>([
        () => hostileText(random),
        () => number() || 0,
        () => random.pick([true, false, null]),
        () => (depth > 0 ? random.times(4, () => value(depth - 1)) : []),
        () => (depth > 0 ? Object.fromEntries(random.times(4, () => [hostileText(random), value(depth - 1)])) : {}),
      ])();
    const cases = Array.from({ length: 4000 }, () => value(4)).map(
      (each) => [literalText(each), JSON.stringify(each)] as const,
    );
    const wrong = askPython(
      'import ast\nprint(json.dumps([each for each in data if repr(ast.literal_eval(each[0])) != repr(json.loads(each[1]))]))',
      cases,
    );
    expect(wrong).toEqual([]);
  });

  it('keep the sign of zero and refuse what no JSON number is', () => {
    expect(numberLiteral(-0)).toBe('-0.0');
    expect(() => numberLiteral(Number.POSITIVE_INFINITY)).toThrow();
    expect(() => numberLiteral(Number.NaN)).toThrow();
  });
});
