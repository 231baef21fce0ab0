import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { variableKey, type Plan, type Variable } from './plan.ts';
import { lazySteps } from './steps.ts';
import { bindVariables, readByNode } from './variables.ts';

/**
 * As `plan`, after edits of nodes that leave the graph as it is. The steps are the same object where they are the same.
 * @param nodes those that were edited
 * @param readers the nodes that now read a node
 */
export function revisePlan(
  before: Plan,
  checked: CheckedWorkflow,
  nodes: readonly string[],
  readers: (id: string) => ReadonlySet<string>,
): Plan {
  const isOther = (node: string): boolean => !nodes.includes(node);
  const isReadElsewhere = ({ kind, node }: Variable): boolean =>
    [...readers(node)].some(
      (reader) => isOther(reader) && before.steps().has(reader) && isRead(checked, reader, { kind, node }),
    );
  const isIndifferent = (node: string): boolean =>
    differingReads(before.checked, checked, node).every(
      (variable) => variable.kind === 'value' && isInReach(before, variable.node, node) && isReadElsewhere(variable),
    );
  if (nodes.every(isIndifferent)) return { ...before, checked };
  const { body, reads } = bindVariables(checked, before.body);
  const isSame =
    JSON.stringify([body, [...reads].toSorted()]) === JSON.stringify([before.body, [...before.reads].toSorted()]);
  return isSame ? { ...before, checked } : { ...before, checked, body, reads, steps: lazySteps(body) };
}

/** The variables that a node's expressions read before or after, and not both. */
function differingReads(before: CheckedWorkflow, after: CheckedWorkflow, node: string): readonly Variable[] {
  const [old, now] = [readByNode(before, node), readByNode(after, node)];
  const [oldKeys, nowKeys] = [new Set(old.map(variableKey)), new Set(now.map(variableKey))];
  return [
    ...old.filter((each) => !nowKeys.has(variableKey(each))),
    ...now.filter((each) => !oldKeys.has(variableKey(each))),
  ];
}

function isRead(checked: CheckedWorkflow, reader: string, variable: Variable): boolean {
  return readByNode(checked, reader).some((read) => variableKey(read) === variableKey(variable));
}

/** Whether a reader stands inside of all that the node it reads is in, so that nothing has to be handed out to it. */
function isInReach({ steps }: Plan, node: string, reader: string): boolean {
  const [from, to] = [steps().get(node)?.around, steps().get(reader)?.around];
  return from !== undefined && to !== undefined && from.every((step) => to.includes(step));
}
