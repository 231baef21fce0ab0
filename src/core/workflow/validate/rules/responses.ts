import { registry } from '../../nodes/registry.ts';
import type { WorkflowRule } from '../context.ts';

/** At least one response must be reached by some run. */
export const responses: WorkflowRule = (context, reporter) => {
  const found = context.file.nodes.filter((node) => registry[node.type].role === 'response');
  if (context.trigger === undefined || found.some((node) => context.reachable.has(node.id))) return;
  const [first] = found;
  const path = first === undefined ? ['nodes'] : context.pathOf(first, 'id');
  reporter.report(
    'missing-response',
    { unreached: found.map((node) => node.id) },
    { path, at: first === undefined ? 'key' : 'value' },
  );
};
