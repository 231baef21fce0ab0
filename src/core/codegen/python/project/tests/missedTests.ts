import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { answers } from './answered.ts';
import { decisionWords } from './testNames.ts';
import type { Goal, Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

const reason =
  'Which input and which answers of models and functions lead there is not known. Set them, and say what is to come out.';

/** What no run that could be found shows, as tests for the user to fill in. */
export function missedTests(functions: TestFunctions, missed: readonly Goal[], start: Rehearsed): readonly Stmt[] {
  return missed.map((goal) => {
    const scene = functions.scene(start);
    const words = wordsOf(functions, goal);
    const { statements } = answers(functions.workflow, scene, start.outcome.response);
    return functions.test(functions.name(`test ${words}`), scene, `Not written yet: ${words}.`, statements, [
      skipped(reason),
    ]);
  });
}

function wordsOf({ workflow: { plan } }: TestFunctions, goal: Goal): string {
  switch (goal.kind) {
    case 'response':
      return `${goal.node} answers`;
    case 'way':
      return decisionWords(plan, goal.node, goal.way);
    case 'call':
      return `${goal.node} calls ${goal.name}`;
  }
}

/** `@pytest.mark.skip(reason=…)` */
export function skipped(why: string): ReturnType<typeof py.call> {
  const mark = py.attribute(py.importedModule('pytest'), 'mark');
  return py.call(py.attribute(mark, 'skip'), py.keyword('reason', py.literal(why)));
}
