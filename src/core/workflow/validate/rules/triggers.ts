import { registry } from '../../nodes/registry.ts';
import type { WorkflowRule } from '../context.ts';

export const triggers: WorkflowRule = (context, reporter) => {
  const [first, ...others] = context.file.nodes.filter((node) => registry[node.type].role === 'trigger');
  if (first === undefined) reporter.report('missing-trigger', {}, { path: ['nodes'], at: 'key' });
  for (const other of others) {
    const related = [{ message: `\`${first?.id}\` is the first trigger`, path: context.pathOf(first ?? other, 'id') }];
    reporter.report(
      'several-triggers',
      { id: other.id, first: first?.id ?? '' },
      { path: context.pathOf(other, 'type') },
      { related },
    );
  }
};
