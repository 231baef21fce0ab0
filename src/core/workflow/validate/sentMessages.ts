import { Template } from '../expressions/syntax.ts';
import type { Graph } from '../graph/graph.ts';
import type { JsonPath } from '../json.ts';
import type { NodeOf, WorkflowNode } from '../types.ts';
import type { ModelNode } from '../modelNodes.ts';
import type { CheckContext } from './context.ts';

/** Messages, and among them expressions that give lists of messages. */
export type Conversation = NodeOf<'promptTemplate'>['config']['messages'];
export type Message = Exclude<Conversation[number], Template>;

/** Messages, and the node in whose config they stand. */
export interface SentMessages {
  readonly owner: WorkflowNode;
  readonly messages: Conversation;
}

/** The list of messages in a node's config; empty where there is none. */
export function conversationOf({ config }: WorkflowNode): Conversation {
  const list = 'messages' in config ? config.messages : undefined;
  return list === undefined || list instanceof Template ? [] : list;
}

/** The messages of a list that are written out, with their places in it. */
export function writtenMessages(
  messages: Conversation,
): readonly { readonly index: number; readonly message: Message }[] {
  return messages.flatMap((message, index) => (message instanceof Template ? [] : [{ index, message }]));
}

/** Whether every message of a list is written out; others come from expressions, and are known when the service runs. */
export function areAllWritten(messages: Conversation): boolean {
  return !messages.some((message) => message instanceof Template);
}

/**
 * The `messages` of a model node, its own or those of the promptTemplate that `{{ nodes.ID.output }}` takes them from;
 * undefined when they are not known before a run, or it has none.
 */
export function sentMessages(graph: Graph, node: ModelNode): SentMessages | undefined {
  const { messages } = node.config;
  if (messages === undefined) return undefined;
  if (!(messages instanceof Template)) return { owner: node, messages };
  const prompt = promptBehind(graph, messages);
  return prompt === undefined ? undefined : { owner: prompt, messages: prompt.config.messages };
}

/** Where the messages that a node sends have parts of a kind, as far as they are known here. */
export function partsOf(context: CheckContext, node: ModelNode, kind: 'image' | 'file'): readonly JsonPath[] {
  const sent = sentMessages(context.graph, node);
  if (sent === undefined) return [];
  return writtenMessages(sent.messages).flatMap(({ index, message: { content } }) =>
    content instanceof Template
      ? []
      : content.flatMap(({ type }, place) =>
          type === kind ? [context.pathOf(sent.owner, 'config', 'messages', index, 'content', place)] : [],
        ),
  );
}

/** The texts of a message, without images and files. */
export function textsOf({ content }: Message): readonly Template[] {
  if (content instanceof Template) return [content];
  return content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
}

/** The promptTemplate whose messages a template is. */
export function promptBehind(graph: Graph, { single: expression }: Template): NodeOf<'promptTemplate'> | undefined {
  if (expression?.kind !== 'path' || expression.root !== 'nodes' || expression.segments.length !== 2) return undefined;
  const node = graph.nodes.get(String(expression.segments[0]?.key));
  return node?.type === 'promptTemplate' ? node : undefined;
}
