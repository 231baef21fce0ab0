import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { cacheControlShape } from './cache.ts';

const messageRoles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

const longTemplate = templateString.clone().register(formHints, { isLong: true });

/** A part of a message's content. */
const contentPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: longTemplate, ...cacheControlShape }),
  z.strictObject({
    type: z.literal('image'),
    url: templateString.describe('An https address or a data: URL'),
    detail: z.enum(['auto', 'low', 'high']).optional().describe('How closely the model looks'),
    ...cacheControlShape,
  }),
  z.strictObject({
    type: z.literal('file'),
    fileId: templateString.optional().describe('The id of an uploaded file'),
    fileData: templateString.optional().describe('The file as a data: URL, instead of an id'),
    filename: templateString.optional(),
    ...cacheControlShape,
  }),
]);

/** One message of a conversation; source: https://platform.openai.com/docs/api-reference/chat/create */
const messageSchema = z.strictObject({
  role: z.enum(messageRoles).register(formHints, { isPrimary: true }),
  content: z
    .union([
      longTemplate.clone().register(formHints, { title: 'Text' }),
      z.array(contentPart).min(1).register(formHints, { title: 'Parts' }),
    ])
    .describe('Text, or parts of text, images and files')
    .register(formHints, { isPrimary: true }),
  name: z.string().optional().describe('Tells participants of the same role apart'),
  toolCallId: templateString.optional().describe('In a tool message: the call that it answers'),
  ...cacheControlShape,
});

/** A conversation: messages, and among them expressions that give lists of messages. */
export const conversationSchema = z.array(z.union([messageSchema, templateString])).min(1);

export const messagesValue: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: { role: { type: 'string' }, content: {}, name: { type: 'string' } },
  },
};

/** The messages that say what a prompt says. */
function messagesOf(prompt: unknown): unknown {
  return [{ role: 'user', content: prompt }];
}

/** The text of the only message there is. */
function promptOf(messages: unknown): unknown {
  const [only, ...others]: readonly unknown[] = Array.isArray(messages) ? messages : [];
  const content = typeof only === 'object' && only !== null && 'content' in only ? only.content : undefined;
  return others.length === 0 && typeof content === 'string' ? content : undefined;
}

/** What a model node sends: messages, or a prompt in their place. */
export const conversationShape = {
  messages: z
    .union([templateString, conversationSchema])
    .optional()
    .describe('The conversation: messages, or an expression that gives them')
    .register(formHints, { group: 'Prompt', isPrimary: true, insteadOf: 'prompt', from: messagesOf }),
  prompt: templateString
    .optional()
    .describe('A user message, instead of messages')
    .register(formHints, { group: 'Prompt', isPrimary: true, isLong: true, insteadOf: 'messages', from: promptOf }),
  systemPrompt: templateString
    .optional()
    .describe('A system message that goes before the prompt or the messages')
    .register(formHints, { group: 'Prompt', isLong: true }),
};
