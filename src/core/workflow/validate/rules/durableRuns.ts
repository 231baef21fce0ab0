import type { NodeContext, NodeRule } from '../context.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { WorkflowNode } from '../../types.ts';
import { streams } from '../../graph/streams.ts';
import { remove } from '../fixes.ts';

/** A day; what waits longer outlives the service that began to wait. */
const longestPlainWait = 86_400;

/** Paths at which a service with durable workflows answers itself. */
const ofTheService = /^\/(runs|approvals|events|queues|schedules)(\/|$)/iu;

/** What cannot be taken up again where it was, in workflows whose runs are kept; and waits that only such runs survive. */
export const durableRuns: NodeRule = (context, reporter) => {
  for (const node of context.nodes) {
    if (context.file.durable === true) checkDurable(context, reporter, node);
    else if (node.type === 'delay' && typeof node.config.seconds === 'number' && node.config.seconds > longestPlainWait)
      reporter.report(
        'long-wait',
        { node: node.id, seconds: node.config.seconds },
        { path: context.pathOf(node, 'config', 'seconds') },
      );
  }
};

function checkDurable(context: NodeContext, reporter: Reporter, node: WorkflowNode): void {
  const { pathOf } = context;
  if (node.type === 'subWorkflow') {
    const called = context.calls.get(node.id);
    if (called !== undefined && called.file.durable !== true)
      reporter.report(
        'durable-calls-plain',
        { node: node.id, workflow: called.file.name },
        { path: pathOf(node, 'config', 'file') },
      );
    const path = pathOf(node, 'id');
    if (streams(context.graph, node.id)) reporter.report('durable-called-stream', { node: node.id }, { path });
  }
  if (node.step?.cache !== undefined) {
    const path = pathOf(node, 'step', 'cache');
    const fixes = [remove(reporter, path, 'Remove `cache`')];
    reporter.report('durable-cached-step', { node: node.id }, { path, at: 'key' }, { fixes });
  }
  if (node.type === 'websocketEndpoint')
    reporter.report('durable-trigger', { node: node.id, what: 'this trigger' }, { path: pathOf(node, 'type') });
  if (node.type === 'httpEndpoint') {
    for (const name of ['openai', 'mcp'] as const) {
      if (node.config[name] === undefined) continue;
      const path = pathOf(node, 'config', name);
      const fixes = [remove(reporter, path, `Remove \`${name}\``)];
      reporter.report('durable-trigger', { node: node.id, what: `\`${name}\`` }, { path, at: 'key' }, { fixes });
    }
    if (node.config.body === 'multipart')
      reporter.report('durable-trigger', { node: node.id, what: 'files' }, { path: pathOf(node, 'config', 'body') });
  }
  if (node.type === 'httpEndpoint' && ofTheService.test(node.config.path))
    reporter.report('durable-endpoint-path', { path: node.config.path }, { path: pathOf(node, 'config', 'path') });
}
