import type { Reporter } from '../../diagnostics/report.ts';
import { registry } from '../../nodes/registry.ts';
import type { CheckContext, WorkflowRule } from '../context.ts';
import { enable } from '../fixes.ts';

export const triggers: WorkflowRule = (context, reporter) => {
  const [first, ...others] = context.file.nodes.filter((node) => registry[node.type].role === 'trigger');
  if (first === undefined) reportMissing(context, reporter);
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

function reportMissing(context: CheckContext, reporter: Reporter): void {
  const disabled = [...context.disabled.values()].find(({ node }) => registry[node.type].role === 'trigger');
  if (disabled === undefined) reporter.report('missing-trigger', {}, { path: ['nodes'], at: 'key' });
  else
    reporter.report(
      'disabled-trigger',
      { id: disabled.node.id },
      { path: [...disabled.path, 'disabled'] },
      { fixes: [enable(reporter, disabled.path)] },
    );
}
