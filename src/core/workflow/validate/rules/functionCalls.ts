import { modelNodes, type CheckContext, type WorkflowRule } from '../context.ts';
import { callableNames } from '../requestedModel.ts';

/** A model's call of a function needs functions, and someone who takes it. */
export const functionCalls: WorkflowRule = (context, reporter) => {
  const taken = takenCalls(context);
  const read = nodesWithCallsRead(context);
  for (const node of modelNodes(context.file)) {
    const edge = taken.get(node.id) ?? -1;
    const { functions, functionCall, toolChoice } = node.config;
    // Connected Python functions are run and answered; a call of any other ends the node.
    const declared = [...functions, ...node.config.tools].map(({ name }) => name);
    if (edge >= 0 && callableNames(context, node).length === 0) {
      reporter.report('function-call-without-functions', { node: node.id, where: 'edge' }, { path: ['edges', edge] });
    }
    const isForbidden = functionCall === 'none' || toolChoice === 'none';
    if (edge < 0 && declared.length > 0 && !isForbidden && !read.has(node.id)) {
      const key = functions.length > 0 ? 'functions' : 'tools';
      const place = { path: context.pathOf(node, 'config', key), at: 'key' } as const;
      reporter.report('unanswered-function-call', { node: node.id, functions: declared }, place);
    }
  }
};

/** By node, the first edge along which a run goes on when the model asks for a call. */
function takenCalls({ file, graph }: CheckContext): ReadonlyMap<string, number> {
  const taken = new Map<string, number>();
  for (const [index, { source, sourceHandle, target }] of file.edges.entries()) {
    if (sourceHandle !== 'function_call' || taken.has(source)) continue;
    if (!graph.tools.get(source)?.includes(target)) taken.set(source, index);
  }
  return taken;
}

/** The nodes of which some expression reads the calls, or the whole output with them. */
function nodesWithCallsRead({ templates }: CheckContext): ReadonlySet<string | number | undefined> {
  const read = new Set<string | number | undefined>();
  for (const { references } of templates) {
    for (const { path } of references) {
      const [node, handle, member] = path.segments;
      const calls =
        handle?.key === 'function_call' ||
        member === undefined ||
        member.key === 'function_call' ||
        member.key === 'tool_calls';
      if (path.root === 'nodes' && calls) read.add(node?.key);
    }
  }
  return read;
}
