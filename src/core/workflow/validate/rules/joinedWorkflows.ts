import { withCalled, type QueuedWorkflow } from '../../checked.ts';
import { endpointOf, type TriggerNode } from '../../trigger.ts';
import { nodesOf, type CheckContext, type WorkflowRule } from '../context.ts';

/** A workflow that becomes a part of the service. */
interface Part {
  readonly path: string;
  readonly name: string;
  readonly trigger: TriggerNode;
}

/** The workflows that a service gets by enqueue nodes: each name and each endpoint is there once. */
export const joinedWorkflows: WorkflowRule = (context, reporter) => {
  const { file, own, trigger } = context;
  if (trigger === undefined) return;
  // One without a name may be any of those.
  const parts: Part[] = own === undefined ? [] : [{ path: own, name: file.name, trigger }];
  const seen = new Set([own]);
  for (const node of [...nodesOf(file, 'enqueue'), ...nodesOf(file, 'subWorkflow')])
    for (const queued of queuesBehind(context, node.id)) {
      if (seen.has(queued.path)) continue;
      seen.add(queued.path);
      const same = sharedWith(parts, queued, own);
      const { path } = queued;
      if (same !== undefined)
        reporter.report('joined-twice', { path, ...same }, { path: context.pathOf(node, 'config', 'file') });
      parts.push(queued);
    }
};

/** What another part has as well, and the file of that part, unless it is the workflow itself. */
function sharedWith(
  parts: readonly Part[],
  { name, trigger }: QueuedWorkflow,
  own: string | undefined,
): { readonly what: string; readonly other: string | undefined } | undefined {
  const endpoint = endpointText(trigger);
  for (const part of parts) {
    const other = part.path === own ? undefined : part.path;
    if (part.name === name) return { what: `the name \`${name}\``, other };
    if (endpointText(part.trigger) === endpoint) return { what: `the endpoint \`${endpoint}\``, other };
  }
  return undefined;
}

function endpointText(trigger: TriggerNode): string {
  const { method, path } = endpointOf(trigger);
  return `${method} ${path}`;
}

/** The workflows into whose queues a node, or what it leads to, puts entries; each once. */
function queuesBehind({ own, queues, calls }: CheckContext, node: string): Iterable<QueuedWorkflow> {
  const direct = queues.get(node);
  const called = calls.get(node);
  const found = new Map<string, QueuedWorkflow>();
  const add = (each: QueuedWorkflow): unknown => found.has(each.path) || found.set(each.path, each);
  if (direct !== undefined) add(direct);
  const inCalled = called === undefined ? [] : withCalled(called).flatMap((each) => [...each.queues.values()]);
  for (const each of inCalled) add(each);
  for (const each of found.values()) {
    // What the workflow itself puts into queues is looked at node by node.
    const checked = each.path === own ? undefined : each.checked();
    if (checked !== undefined)
      for (const { queues: further } of withCalled(checked)) for (const next of further.values()) add(next);
  }
  return found.values();
}
