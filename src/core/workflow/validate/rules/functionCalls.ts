import { outgoingOf } from '../../graph/graph.ts';
import { nodesOfType, type CheckContext, type Rule } from '../context.ts';

/** A model's call of a function needs functions, and someone who takes it. */
export const functionCalls: Rule = (context, reporter) => {
  for (const node of nodesOfType(context, 'openaiCompletion')) {
    const calls = new Set(
      outgoingOf(context.graph, node.id).filter(({ sourceHandle }) => sourceHandle === 'function_call'),
    );
    const edge = context.file.edges.findIndex((each) => calls.has(each));
    const { functionCall } = node.config;
    const functions = [...node.config.functions, ...node.config.tools];
    if (edge >= 0 && functions.length === 0) {
      reporter.report('function-call-without-functions', { node: node.id, where: 'edge' }, { path: ['edges', edge] });
    }
    if (edge < 0 && functions.length > 0 && functionCall !== 'none' && !isCallRead(context, node.id)) {
      const names = functions.map(({ name }) => name);
      reporter.report(
        'unanswered-function-call',
        { node: node.id, functions: names },
        { path: context.pathOf(node, 'config', node.config.functions.length > 0 ? 'functions' : 'tools'), at: 'key' },
      );
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
