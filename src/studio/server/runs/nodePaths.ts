import type { CheckedWorkflow, WorkflowNode } from '../../../core/workflow/index.ts';

/** The node that a path names: its id, or `step/inner` for one of a workflow that a step calls. */
export function nodeAt(checked: CheckedWorkflow, path: string): WorkflowNode | undefined {
  const [id = '', ...inner] = path.split('/');
  if (inner.length === 0) return checked.graph.nodes.get(id);
  const called = checked.calls.get(id);
  return called && nodeAt(called, inner.join('/'));
}

/** The path of the node at which the workflow begins that the step at a path calls. */
export function triggerOf(checked: CheckedWorkflow, path: string): string | undefined {
  let called: CheckedWorkflow | undefined = checked;
  for (const step of path.split('/')) called = called?.calls.get(step);
  return called && `${path}/${called.trigger.id}`;
}

/**
 * A node and all that may be other when it gives something else: what comes behind it, the functions that it offers to its model,
 * and models that it is offered to. Only nodes of the workflow itself.
 */
export function dependents({ graph }: CheckedWorkflow, path: string): ReadonlySet<string> {
  const [start = ''] = path.split('/');
  const found = new Set([start]);
  for (const id of found) {
    for (const { target } of graph.outgoing.get(id) ?? []) found.add(target);
    for (const tool of graph.tools.get(id) ?? []) found.add(tool);
    for (const [asking, tools] of graph.tools) if (tools.includes(id)) found.add(asking);
  }
  return found;
}
