import type { Template } from '../../expressions/syntax.ts';
import { candidates, type CheckContext, type NodeRule } from '../context.ts';
import { providerOf, type Candidate } from '../../modelNodes.ts';
import { areAllWritten, sentMessages, textsOf, writtenMessages } from '../sentMessages.ts';

/** The texts that a model is sent; undefined when they are not known here at all. */
interface SentText {
  readonly texts: readonly Template[];
  readonly isWhole: boolean;
}

/** APIs that refuse JSON mode unless some message has the word JSON. */
export const jsonMode: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    if (node.config.responseFormat !== 'json_object' || !providerOf(node).rules.jsonModeNeedsWord) continue;
    const { texts, isWhole } = sentText(context, node);
    if (!isWhole || texts.length === 0 || texts.some(hasWord)) continue;
    const place = { path: context.pathOf(node, 'config', 'responseFormat') };
    const isFixed = texts.every((text) => text.constant !== undefined);
    if (isFixed) reporter.report('json-mode-without-json-word', { node: node.id, messages: texts.length }, place);
    else reporter.report('json-mode-may-lack-json-word', { node: node.id }, place);
  }
};

function sentText(context: CheckContext, node: Candidate): SentText {
  const { systemPrompt, prompt, messages } = node.config;
  const own = [systemPrompt, prompt].filter((text) => text !== undefined);
  if (messages === undefined) return { texts: own, isWhole: true };
  const sent = sentMessages(context.graph, node);
  if (sent === undefined) return { texts: own, isWhole: false };
  const written = writtenMessages(sent.messages).flatMap(({ message }) => textsOf(message));
  return { texts: [...own, ...written], isWhole: areAllWritten(sent.messages) };
}

function hasWord(text: Template): boolean {
  // A quoted text inside an expression may be sent as well.
  return text.source.toLowerCase().includes('json');
}
