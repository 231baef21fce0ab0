import { Template, type Expression } from '../../expressions/syntax.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type CheckContext, type Rule } from '../context.ts';

/** The texts that a model is sent; undefined when they are not known here at all. */
interface SentText {
  readonly texts: readonly Template[];
  readonly isWhole: boolean;
}

/**
 * The API refuses JSON mode unless some message has the word JSON.
 * Source: https://platform.openai.com/docs/guides/structured-outputs#json-mode
 */
export const jsonMode: Rule = (context, reporter) => {
  for (const node of nodesOfType(context, 'openaiCompletion')) {
    if (node.config.responseFormat !== 'json_object') continue;
    const { texts, isWhole } = sentText(context, node.config);
    if (!isWhole || texts.length === 0 || texts.some(hasWord)) continue;
    const place = { path: context.pathOf(node, 'config', 'responseFormat') };
    const isFixed = texts.every((text) => text.constant !== undefined);
    if (isFixed) reporter.report('json-mode-without-json-word', { node: node.id, messages: texts.length }, place);
    else reporter.report('json-mode-may-lack-json-word', { node: node.id }, place);
  }
};

function sentText(context: CheckContext, config: NodeOf<'openaiCompletion'>['config']): SentText {
  const { systemPrompt, prompt, messages } = config;
  const own = [systemPrompt, prompt].filter((text) => text !== undefined);
  if (messages === undefined) return { texts: own, isWhole: true };
  if (!(messages instanceof Template)) return { texts: [...own, ...messages.flatMap(textsOf)], isWhole: true };
  const list = promptMessages(context, messages.single);
  return { texts: [...own, ...(list ?? [])], isWhole: list !== undefined };
}

/** Follows `{{ nodes.ID.output }}` to the messages of a promptTemplate. */
function promptMessages(context: CheckContext, expression: Expression | undefined): readonly Template[] | undefined {
  if (expression?.kind !== 'path' || expression.root !== 'nodes' || expression.segments.length !== 2) return undefined;
  const node = nodesOfType(context, 'promptTemplate').find(({ id }) => id === expression.segments[0]?.key);
  return node?.config.messages.flatMap(textsOf);
}

function textsOf({ content }: NodeOf<'promptTemplate'>['config']['messages'][number]): readonly Template[] {
  if (content instanceof Template) return [content];
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

function hasWord(text: Template): boolean {
  // A quoted text inside an expression may be sent as well.
  return text.source.toLowerCase().includes('json');
}
