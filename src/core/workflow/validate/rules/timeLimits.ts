import { isModelNode, type ModelNode } from '../../modelNodes.ts';
import type { JsonPath } from '../../json.ts';
import type { WorkflowNode } from '../../types.ts';
import type { NodeContext, NodeRule } from '../context.ts';

/** Times that end before others that lie within them, and attempts that are repeated twice over. */
export const timeLimits: NodeRule = (context, reporter) => {
  for (const node of context.nodes) {
    for (const { seconds, what, path } of timesOf(context, node)) {
      const outer = outerLimits(context, node, path).find(({ limit }) => limit <= seconds);
      if (outer !== undefined)
        reporter.report('timeout-never-reached', { what, seconds, outer: outer.what, limit: outer.limit }, { path });
    }
    const max = node.step?.retries?.max;
    const own = isModelNode(node) ? node.config.maxRetries : undefined;
    if (max !== undefined && own !== undefined && own > 0)
      reporter.report(
        'retries-multiply',
        { node: node.id, times: (max + 1) * (own + 1) },
        { path: context.pathOf(node, 'step', 'retries') },
      );
  }
};

interface Time {
  readonly seconds: number;
  readonly what: string;
  readonly path: JsonPath;
}

function* timesOf({ pathOf }: NodeContext, node: WorkflowNode): Generator<Time> {
  const { step } = node;
  if (step?.timeout !== undefined)
    yield {
      seconds: step.timeout,
      what: `The \`timeout\` of step \`${node.id}\``,
      path: pathOf(node, 'step', 'timeout'),
    };
  if (node.type === 'delay' && typeof node.config.seconds === 'number')
    yield { seconds: node.config.seconds, what: `The delay \`${node.id}\``, path: pathOf(node, 'config', 'seconds') };
  if (node.type === 'waitForApproval' || node.type === 'waitForEvent')
    yield {
      seconds: node.config.timeout,
      what: `The wait of \`${node.id}\``,
      path: pathOf(node, 'config', 'timeout'),
    };
  const own = isModelNode(node) ? totalTimeout(node) : undefined;
  if (own !== undefined)
    yield {
      seconds: own,
      what: `The \`timeout\` of the calls of \`${node.id}\``,
      path: pathOf(node, 'config', 'timeout'),
    };
}

function totalTimeout({ config: { timeout } }: ModelNode): number | undefined {
  return typeof timeout === 'object' ? timeout.total : timeout;
}

/** What else ends something at a path of a node, and when. */
function outerLimits(
  { file }: NodeContext,
  { id, step }: WorkflowNode,
  path: JsonPath,
): readonly { readonly what: string; readonly limit: number }[] {
  const ofStep = path[2] === 'step' ? undefined : step?.timeout;
  return [
    ...(ofStep === undefined ? [] : [{ what: `the \`timeout\` of step \`${id}\``, limit: ofStep }]),
    ...(file.timeout === undefined ? [] : [{ what: 'the `timeout` of the workflow', limit: file.timeout }]),
  ];
}
