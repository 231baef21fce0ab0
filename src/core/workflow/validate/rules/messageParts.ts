import { Template } from '../../expressions/syntax.ts';
import type { NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';
import { conversationOf, writtenMessages } from '../sentMessages.ts';

/** Messages that the API takes. Source: `ChatCompletionRequestMessage` in OpenAI's published schema. */
export const messageParts: NodeRule = (context, reporter) => {
  for (const node of context.nodes) {
    for (const { index, message } of writtenMessages(conversationOf(node))) {
      const { role, content, toolCallId } = message;
      const path = context.pathOf(node, 'config', 'messages', index);
      const params = { index: index + 1, node: node.id };
      if (role === 'tool' && toolCallId === undefined)
        reporter.report('tool-message-without-call', params, { path: [...path, 'role'] });
      if (content instanceof Template) continue;
      for (const [place, part] of content.entries()) {
        const at = { path: [...path, 'content', place] };
        if (part.type !== 'text' && role !== 'user') {
          const wrong = { ...params, part: part.type === 'image' ? 'an image' : 'a file', role };
          reporter.report('part-of-wrong-role', wrong, at, { fixes: [changeTo(reporter, [...path, 'role'], 'user')] });
        }
        if (part.type === 'file' && part.fileId === undefined && part.fileData === undefined)
          reporter.report('file-without-content', params, at);
      }
    }
  }
};
