import { expect, test } from 'vitest';

import { jmespathProblem } from '../../src/core/workflow/jmespath/check.ts';

const said = (text: string): string | undefined => {
  const problem = jmespathProblem(text);
  return problem && `${problem.message} | ${text.slice(problem.span.start, problem.span.end)}`;
};

test.each([
  ['', 'it is empty | '],
  ['  ', 'it is empty | '],
  ['a.', 'it ends where a name belongs | '],
  ['a..b', '. stands where a name belongs | .'],
  ['a b', 'b cannot stand here | b'],
  ['a = b', '= has no meaning here; equality is == | ='],
  ["[?id == 'a]", "what begins with ' has no end | '"],
  ['a[?b > `1', 'what begins with ` has no end | `'],
  ['"\\x"', 'a name in quotes is no JSON text | "\\x"'],
  ['people[?age > 18]', '18 stands where a value belongs | 18'],
  ['{a: b', 'it ends where a } belongs | '],
  ['{a b}', 'b stands where a : belongs | b'],
  ['a[b]', 'b stands where a number, a colon or a * belongs | b'],
  ['a[1:2:3:4]', 'a slice has two colons at most | :'],
  ['a[::0]', 'the step of a slice cannot be 0 | 0'],
  ['lenght(a)', 'there is no function lenght | lenght'],
  ['length(a, b)', 'length takes 1 argument, not 2 | length'],
  ['merge()', 'merge takes 1 or more arguments, not 0 | merge'],
  ['"length"(a)', 'only a name can be called | ('],
  ['a)', ') cannot stand here | )'],
  ['a # b', '# has no meaning here | #'],
])('%s', (text, problem) => {
  expect(said(text)).toBe(problem);
});

test('a misspelt function is corrected', () => {
  expect(jmespathProblem('sort_bye(a, &b)')?.suggestion).toBe('sort_by');
});

test('nesting has a bound that Python keeps within', () => {
  const nested = (depth: number): string => '('.repeat(depth) + 'a' + ')'.repeat(depth);
  expect(said(nested(50))).toBeUndefined();
  expect(said(nested(100_000))).toContain('nested too deeply');
});
