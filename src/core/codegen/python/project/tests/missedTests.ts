import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';
import { answers } from './answered.ts';
import { decisionWords, roundWords } from './testNames.ts';
import type { Goal, Rehearsed } from './search.ts';
import type { TestFunctions } from './testFunctions.ts';

/** What no run that could be found shows, as tests for the user to fill in. */
export function missedTests(functions: TestFunctions, missed: readonly Goal[], start: Rehearsed): readonly Stmt[] {
  return outermost(functions, missed).map((goal) => {
    const scene = functions.scene(start);
    const { statements } = answers(functions.workflow, scene, start.outcome.response);
    const words = wordsOf(functions, goal);
    const reason = `No input and no answers were found that lead to ${JSON.stringify(goal.node)}. Set them up, and say what comes out.`;
    return functions.test(functions.name(`test ${words}`), scene, `Not written yet: ${words}.`, statements, [
      skipped(reason),
    ]);
  });
}

/** The responses that were missed, and of ways and calls those that none of these stands behind. */
function outermost({ workflow: { plan } }: TestFunctions, missed: readonly Goal[]): readonly Goal[] {
  const { branches } = plan.checked;
  const behind = new Set(
    missed.flatMap(({ node, kind }) => (kind === 'response' ? (branches.get(node) ?? []) : [])).map(({ node }) => node),
  );
  return missed.filter(({ kind, node }) => kind === 'response' || !behind.has(node));
}

function wordsOf({ workflow: { plan } }: TestFunctions, goal: Goal): string {
  switch (goal.kind) {
    case 'response': {
      const last = plan.checked.branches.get(goal.node)?.findLast(({ kind }) => kind === 'way');
      return last?.kind === 'way'
        ? `${goal.node} when ${decisionWords(plan, last.node, last.way)}`
        : `${goal.node} answers`;
    }
    case 'way':
      return decisionWords(plan, goal.node, goal.way);
    case 'rounds':
      return roundWords(goal.node, goal.count);
    case 'failure':
      return `${goal.node} fails`;
    case 'call':
      return `${goal.node} calls ${goal.name}`;
  }
}

/** `@pytest.mark.skip(reason=…)` */
export function skipped(why: string): ReturnType<typeof py.call> {
  const mark = py.attribute(py.importedModule('pytest'), 'mark');
  return py.call(py.attribute(mark, 'skip'), py.keyword('reason', py.literal(why)));
}
