import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { functionNames, type FunctionName } from '../../../../workflow/expressions/syntax.ts';
import { partsIn } from '../../../../workflow/expressions/walk.ts';
import { filledIn } from '../../../../workflow/validate/expressionContext.ts';
import type { WorkflowFile } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Stmt } from '../../syntax/tree.ts';

/** What functions that give another value each time give in tests. */
export const fixedValues: Readonly<Record<FunctionName, string | number>> = {
  now: '2026-01-31T12:00:00.000000+00:00',
  uuid: '00000000-0000-4000-8000-000000000000',
  random: 0.5,
};

/** The functions that the expressions of a workflow call. */
export function calledFunctions({ file }: CheckedWorkflow): readonly FunctionName[] {
  const parts = file.nodes.flatMap(filledIn).flatMap(({ template }) => partsIn(template));
  const called = new Set(parts.flatMap(({ part }) => (part.kind === 'call' ? [part.name] : [])));
  return functionNames.filter((name) => called.has(name));
}

/** `environment.setattr("app.runtime.ambient.now", lambda: …)` */
export function fixing(name: FunctionName, { durable }: WorkflowFile): Stmt {
  const target = py.literal(`app.${durable === true ? 'durable' : 'runtime'}.ambient.${name}`);
  const gives = py.lambda(py.literal(fixedValues[name]));
  return py.statement(py.call(py.attribute(py.name('environment'), 'setattr'), target, gives));
}
