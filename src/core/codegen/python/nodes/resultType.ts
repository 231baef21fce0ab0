import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { ownTypes } from '../../../workflow/validate/expressionContext.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import * as py from '../syntax/build.ts';
import type { Expr } from '../syntax/tree.ts';

/**
 * The type of what a function or a called workflow gives; undefined where it is not known, or where None is a value of it, which
 * says elsewhere that a step has not run.
 */
export function typeOfResult({ calls, functions }: CheckedWorkflow, node: WorkflowNode): JsonSchema | undefined {
  const { output = {} } = ownTypes(node, calls, functions);
  const types = typesOf(output);
  return types.length === 0 || types.includes('null') ? undefined : output;
}

/** The annotation of that. @param hint names the classes that it needs */
export function resultAnnotation(node: WorkflowNode, scope: NodeScope, hint: string): Expr {
  const type = typeOfResult(scope.checked, node);
  return type === undefined ? py.imported('typing', 'Any') : scope.answerType(type, `${hint} output`);
}
