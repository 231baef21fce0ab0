import { registry } from '../../nodes/registry.ts';
import { isAnsweredBefore } from '../../trigger.ts';
import type { WorkflowRule } from '../context.ts';
import { enable } from '../fixes.ts';

/** At least one response must be reached by some run. */
export const responses: WorkflowRule = (context, reporter) => {
  const found = context.file.nodes.filter((node) => registry[node.type].role === 'response');
  if (context.trigger === undefined || found.some((node) => context.reachable.has(node.id))) return;
  if (found.length === 0 && isAnsweredBefore(context.trigger)) return;
  const [first] = found;
  const disabled = [...context.disabled.values()].find(({ node }) => registry[node.type].role === 'response');
  if (first === undefined && disabled !== undefined) {
    const fixes = [enable(reporter, disabled.path)];
    const path = [...disabled.path, 'disabled'];
    reporter.report('disabled-response', { id: disabled.node.id }, { path }, { fixes });
    return;
  }
  const path = first === undefined ? ['nodes'] : context.pathOf(first, 'id');
  reporter.report(
    'missing-response',
    { unreached: found.map((node) => node.id) },
    { path, at: first === undefined ? 'key' : 'value' },
  );
};
