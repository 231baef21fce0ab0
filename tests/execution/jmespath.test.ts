import { execFileSync } from 'node:child_process';

import { expect, test } from 'vitest';

import { jmespathProblem } from '../../src/core/workflow/jmespath/check.ts';
import { pick, randomNumbers } from '../workflow/expressions/random.ts';
import { python } from './generatedProject.ts';

const pieces = [
  'a',
  'b',
  '"c d"',
  '*',
  '@',
  '`1`',
  '`"x"`',
  '`{"k": [1]}`',
  '`bare`',
  "'raw'",
  '[]',
  '[0]',
  '[-1]',
  '[1:]',
  '[::2]',
  '[*]',

  '[?',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  ',',
  ':',
  '.',
  '&',
  '&&',
  '|',
  '||',
  '!',
  '==',
  '<=',
  '>',
  ' ',
  'k: ',
  '{k: a}',
  '[a, b]',

  'length(',
  'sort_by(a, &b)',
  'not_null(a, b)',
  'a.b',
  'a[?b]',
  '*.a',
  '-',
  '=',
];

const script = `
import json, sys, warnings
import jmespath
warnings.simplefilter("ignore")
def reads(text):
    try:
        jmespath.compile(text)
    except jmespath.exceptions.JMESPathError:
        return False
    return True
print(json.dumps([reads(text) for text in json.load(sys.stdin)]))
`;

test('what the package of services reads is read here, and what it refuses is refused', () => {
  const random = randomNumbers(20261130);
  const texts = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 1 + Math.floor(random() * 7) }, () => pick(random, pieces)).join(''),
  );
  const read = JSON.parse(
    execFileSync(python, ['-c', script], { input: JSON.stringify(texts) }).toString(),
  ) as boolean[];
  const differing = texts.filter((text, index) => {
    const problem = jmespathProblem(text);
    return problem === undefined ? !read[index] : read[index] && !isStricter(problem.message);
  });
  expect(read.filter(Boolean).length).toBeGreaterThan(1000);
  expect(differing).toEqual([]);
});

/** The package asks only in a run what functions there are and what they take, and needs no commas between arguments and fields. */
function isStricter(message: string): boolean {
  return /takes|no function|step of a slice|where a [)}] belongs|where a value belongs|where a name belongs/.test(
    message,
  );
}
