import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { inputClassOf } from '../../workflow/inputClass.ts';
import type { Expr } from '../../syntax/tree.ts';
import { resultAnnotation } from '../resultType.ts';
import { withinLimits } from './limits.ts';

/** Another workflow of the project is called as the function that it is: there is no HTTP in between. */
export const subWorkflow: NodeCodeGenerator<'subWorkflow'> = {
  callsOut: true,
  valueType: (node, scope) => resultAnnotation(node, scope, scope.workflowName(node.id)),
  annotates: () => true,
  value: (node, scope) => {
    const called = subWorkflowConstant(node.id, scope, scope.streamed);
    const given = py.dict(Object.entries(node.config.args).map(([name, value]) => py.entry(name, scope.json(value))));
    return py.awaited(py.call(py.attribute(called, 'call'), py.name('ctx'), py.literal(node.id), given));
  },
};

/** The constant that stands for the workflow behind a node: its `run`, its input, and the limits of its runs. */
export function subWorkflowConstant(node: string, scope: NodeScope, isStreamed = false): Expr {
  const called = calledBy(node, scope);
  const module = scope.workflowOf(node);
  const made = py.call(
    isStreamed
      ? py.imported('app.runtime.streamed_sub_workflow', 'StreamedSubWorkflow')
      : py.imported('app.runtime.sub_workflow', 'SubWorkflow'),
    py.literal(called.file.name),
    withinLimits(py.attribute(module, 'run'), called),
    py.attribute(module, inputClassOf(scope.workflowName(node))),
  );
  return scope.constant(scope.workflowName(node), undefined, made);
}

export function calledBy(node: string, scope: NodeScope): CheckedWorkflow {
  const called = scope.checked.calls.get(node);
  if (called === undefined) throw new Error(`check lets no node ${node} through that calls no workflow`);
  return called;
}
