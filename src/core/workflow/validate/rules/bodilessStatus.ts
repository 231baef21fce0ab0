import { changeTo } from '../fixes.ts';
import { nodesOfType, type NodeRule } from '../context.ts';

/** RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5. */
const bodiless: readonly number[] = [204, 205, 304];

export const bodilessStatus: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'response')) {
    const { status } = node.config;
    if (!bodiless.includes(status)) continue;
    const path = context.pathOf(node, 'config', 'status');
    reporter.report('bodiless-status', { status }, { path }, { fixes: [changeTo(reporter, path, 200)] });
  }
};
