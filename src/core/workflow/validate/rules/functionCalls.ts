import { nodesOfType, type CheckContext, type Rule } from '../context.ts';
import { callableNames } from '../requestedModel.ts';

/** A model's call of a function needs functions, and someone who takes it. */
export const functionCalls: Rule = (context, reporter) => {
  for (const node of nodesOfType(context, 'openaiCompletion')) {
    const tools = context.graph.tools.get(node.id) ?? [];
    const edge = context.file.edges.findIndex(
      ({ source, sourceHandle, target }) =>
        source === node.id && sourceHandle === 'function_call' && !tools.includes(target),
    );
    const { functions, functionCall, toolChoice } = node.config;
    // Connected Python functions are run and answered; a call of any other ends the node.
    const declared = [...functions, ...node.config.tools].map(({ name }) => name);
    if (edge >= 0 && callableNames(context, node).length === 0) {
      reporter.report('function-call-without-functions', { node: node.id, where: 'edge' }, { path: ['edges', edge] });
    }
    const isForbidden = functionCall === 'none' || toolChoice === 'none';
    if (edge < 0 && declared.length > 0 && !isForbidden && !isCallRead(context, node.id)) {
      const key = functions.length > 0 ? 'functions' : 'tools';
      const place = { path: context.pathOf(node, 'config', key), at: 'key' } as const;
      reporter.report('unanswered-function-call', { node: node.id, functions: declared }, place);
    }
  }
};

/** Whether some expression reads the calls, or the whole output with them. */
function isCallRead(context: CheckContext, id: string): boolean {
  return context.templates.some(({ references }) =>
    references.some(({ path }) => {
      const [node, handle, member] = path.segments;
      const calls =
        handle?.key === 'function_call' ||
        member === undefined ||
        member.key === 'function_call' ||
        member.key === 'tool_calls';
      return path.root === 'nodes' && node?.key === id && calls;
    }),
  );
}
