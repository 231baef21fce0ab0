import { Template } from '../../expressions/syntax.ts';
import type { NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';
import { fixFor, knownModelNodes } from '../requestedModel.ts';
import { sentMessages, writtenMessages } from '../sentMessages.ts';

const instructing: readonly string[] = ['system', 'developer'];

/** Conversations whose turns come in an order that the model does not take. */
export const turns: NodeRule = (context, reporter) => {
  for (const known of knownModelNodes(context)) {
    const { node, name, model } = known;
    const sent = sentMessages(context.graph, node);
    if (sent === undefined) continue;
    const last = sent.messages.at(-1);
    if (model.prefill === false && last !== undefined && !(last instanceof Template) && last.role === 'assistant') {
      const path = context.pathOf(sent.owner, 'config', 'messages', sent.messages.length - 1, 'role');
      reporter.report('prefill-unsupported', { model: name, node: node.id }, { path });
    }
    if (model.lateInstructions !== false) continue;
    const begun = sent.messages.findIndex(
      (message) => message instanceof Template || !instructing.includes(message.role),
    );
    for (const { index, message } of writtenMessages(sent.messages)) {
      if (begun < 0 || index < begun || !instructing.includes(message.role)) continue;
      const path = context.pathOf(sent.owner, 'config', 'messages', index, 'role');
      const fixes = fixFor(known, changeTo(reporter, path, 'user'));
      reporter.report('late-instructions', { model: name, index: index + 1, node: node.id }, { path }, { fixes });
    }
  }
};
