import { Template } from '../../expressions/syntax.ts';
import { modelNodes, type NodeRule } from '../context.ts';
import { conversationOf, writtenMessages } from '../sentMessages.ts';

/** A model node has either messages or a prompt, and they say something. */
export const messages: NodeRule = (context, reporter) => {
  for (const node of modelNodes(context)) {
    const config = context.pathOf(node, 'config');
    const { messages: given, prompt, systemPrompt } = node.config;
    const hasMessages = given !== undefined && !isEmpty(given);
    const hasPrompt = prompt !== undefined && !isEmpty(prompt);
    if (given !== undefined && prompt !== undefined) {
      reporter.report('messages-and-prompt', { node: node.id }, { path: [...config, 'prompt'], at: 'key' });
    } else if (!hasMessages && !hasPrompt) {
      const key = given !== undefined ? 'messages' : prompt !== undefined ? 'prompt' : undefined;
      reporter.report('missing-messages', { node: node.id }, { path: key === undefined ? config : [...config, key] });
    }
    if (systemPrompt !== undefined && isEmpty(systemPrompt)) {
      reporter.report(
        'empty-message',
        { name: `The system prompt of \`${node.id}\`` },
        { path: [...config, 'systemPrompt'] },
      );
    }
  }
  for (const node of context.nodes) {
    for (const { index, message } of writtenMessages(conversationOf(node))) {
      if (!isEmpty(message.content)) continue;
      reporter.report(
        'empty-message',
        { name: `Message ${index + 1} of \`${node.id}\`` },
        { path: context.pathOf(node, 'config', 'messages', index, 'content') },
      );
    }
  }
};

function isEmpty(value: unknown): boolean {
  return value instanceof Template && value.problems.length === 0 && value.constant?.trim() === '';
}
