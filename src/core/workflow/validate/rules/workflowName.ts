import { changeTo } from '../fixes.ts';
import type { WorkflowRule } from '../context.ts';

export const workflowName: WorkflowRule = ({ file: { name } }, reporter) => {
  if (isWorkflowName(name)) return;
  const path = ['name'];
  reporter.report('invalid-workflow-name', { name }, { path }, { fixes: [changeTo(reporter, path, slug(name))] });
};

/** Whether a workflow may be called so: words of lower-case letters and digits, joined by - or _. */
export function isWorkflowName(name: string): boolean {
  return name.length <= 64 && /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/.test(name);
}

/** The nearest name that is allowed, when some letters are left to make one of. */
function slug(name: string): string | undefined {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const text = words
    .join('-')
    .replace(/^[0-9-]+/, '')
    .slice(0, 64)
    .replace(/-$/, '');
  return isWorkflowName(text) ? text : undefined;
}
