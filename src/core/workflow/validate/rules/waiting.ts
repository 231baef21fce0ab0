import type { Reporter } from '../../diagnostics/report.ts';
import { withCalled } from '../../checked.ts';
import { loopsAround } from '../../graph/branches.ts';
import { meaningOf, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { waitsOutside } from '../../nodes/asksElsewhere.ts';
import { registry } from '../../nodes/registry.ts';
import { suggest } from '../../suggest.ts';
import { isOperators } from '../../trigger.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOf, nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';

/** Nodes that wait for somebody outside, and links that lead to them. */
export const waiting: NodeRule = (context, reporter) => {
  const isDurable = context.file.durable === true;
  for (const node of context.nodes) {
    const called = isDurable ? undefined : context.calls.get(node.id);
    if (
      called !== undefined &&
      withCalled(called).some(({ file }) => file.nodes.some(({ type }) => waitsOutside(type)))
    )
      reporter.report(
        'calls-waiting-workflow',
        { node: node.id, workflow: called.file.name },
        { path: context.pathOf(node, 'config', 'file') },
      );
    const { name } = registry[node.type];
    if (!isDurable && (waitsOutside(node.type) || isOperators(node)))
      reporter.report('needs-durable-run', { node: node.id, name }, { path: context.pathOf(node, 'type') });
    if (node.step !== undefined && waitsOutside(node.type)) {
      const path = context.pathOf(node, 'step');
      const fixes = [remove(reporter, path, 'Remove `step`')];
      reporter.report('waiting-step-options', { node: node.id }, { path, at: 'key' }, { fixes });
    }
  }
  for (const node of nodesOfType(context, 'approvalLink')) checkLink(context, reporter, node);
  for (const node of nodesOfType(context, 'waitForApproval')) {
    const problem = node.config.form && formProblem(node.config.form);
    if (problem !== undefined)
      reporter.report('approval-form', { node: node.id, problem }, { path: context.pathOf(node, 'config', 'form') });
  }
};

function checkLink(context: NodeContext, reporter: Reporter, node: NodeOf<'approvalLink'>): void {
  const { approval } = node.config;
  const path = context.pathOf(node, 'config', 'approval');
  const approvals = nodesOf(context.file, 'waitForApproval').map(({ id }) => id);
  if (!approvals.includes(approval)) {
    const suggestion = suggest(approval, approvals) ?? (approvals.length === 1 ? approvals[0] : undefined);
    const fixes = [changeTo(reporter, path, suggestion)];
    reporter.report('unknown-approval', { node: node.id, approval }, { path }, { suggestion, fixes });
    return;
  }
  const problem = placeProblem(context, node.id, approval);
  if (problem !== undefined) reporter.report('approval-link-place', { node: node.id, approval, problem }, { path });
}

function placeProblem({ comesBefore, branches }: NodeContext, link: string, approval: string): string | undefined {
  if (!comesBefore(link, approval)) return 'no way leads from it to the approval';
  const [own, other] = [link, approval].map((id) => loopsAround(branches.get(id) ?? []).join());
  return own === other ? undefined : 'the two are not in the same loop';
}

const shown = ['string', 'number', 'integer', 'boolean'];

function formProblem(form: JsonSchema): string | undefined {
  if (typesOf(meaningOf(form)).join() !== 'object') return 'it is no object';
  for (const [name, schema] of Object.entries(form.properties ?? {})) {
    const types = typesOf(schema);
    const [type = ''] = types;
    if (schema.$ref !== undefined || types.length !== 1 || !shown.includes(type))
      return `\`${name}\` is no plain value`;
    if (schema.enum?.some((value) => typeof value !== 'string') === true)
      return `\`${name}\` is one of what are no texts`;
  }
  return undefined;
}
