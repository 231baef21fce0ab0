import { Template } from '../../expressions/syntax.ts';
import type { JsonPath } from '../../json.ts';
import { candidatesOf, providerOf, type ModelNode } from '../../modelNodes.ts';
import { modelNodes, type NodeContext, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';
import { sentMessages, writtenMessages } from '../sentMessages.ts';

/** Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching */
const most = 4;

/** Marks of what is to be cached: where the API takes them, and no more than it takes. */
export const cacheMarks: NodeRule = (context, reporter) => {
  for (const node of modelNodes(context)) {
    const marks = marksOf(context, node);
    const asked = candidatesOf(node).map(providerOf);
    // Of a server of which nothing is known it is not known either; OpenRouter hands them on.
    const refusing = asked.find(({ api, catalog }) => api !== 'messages' && catalog.models.length > 0);
    const [first] = marks;
    const tooMany = marks[most];
    if (refusing !== undefined && first !== undefined) {
      const params = { node: node.id, provider: refusing.name };
      const fixes = [remove(reporter, first, 'Remove `cacheControl` here')];
      reporter.report('cache-mark-refused', params, { path: first, at: 'key' }, { fixes });
    } else if (asked.some(({ api }) => api === 'messages') && tooMany !== undefined) {
      const params = { node: node.id, count: marks.length };
      const fixes = [remove(reporter, tooMany, 'Remove `cacheControl` here')];
      reporter.report('too-many-cache-marks', params, { path: tooMany, at: 'key' }, { fixes });
    }
  }
};

/** Where the marks of all that a node sends stand, as far as that is written out. */
function marksOf(context: NodeContext, node: ModelNode): readonly JsonPath[] {
  const tools = node.config.tools.flatMap(({ cacheControl }, index) =>
    cacheControl === undefined ? [] : [context.pathOf(node, 'config', 'tools', index, 'cacheControl')],
  );
  const sent = sentMessages(context.graph, node);
  if (sent === undefined) return tools;
  const messages = writtenMessages(sent.messages).flatMap(({ index, message: { content, cacheControl } }) => {
    const path = context.pathOf(sent.owner, 'config', 'messages', index);
    const parts = content instanceof Template ? [] : content;
    return [
      ...parts.flatMap((part, place) =>
        part.cacheControl === undefined ? [] : [[...path, 'content', place, 'cacheControl']],
      ),
      ...(cacheControl === undefined ? [] : [[...path, 'cacheControl']]),
    ];
  });
  return [...tools, ...messages];
}
