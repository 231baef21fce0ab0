import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import type { JsonSchema } from '../../jsonSchema.ts';

const messageRoles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

/** A part of a message's content. */
const contentPart = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: templateString }),
  z.strictObject({
    type: z.literal('image'),
    url: templateString.describe('An https address or a data: URL'),
    detail: z.enum(['auto', 'low', 'high']).optional().describe('How closely the model looks'),
  }),
  z.strictObject({
    type: z.literal('file'),
    fileId: templateString.optional().describe('The id of an uploaded file'),
    fileData: templateString.optional().describe('The file as a data: URL, instead of an id'),
    filename: templateString.optional(),
  }),
]);

/** One message of a conversation; source: https://platform.openai.com/docs/api-reference/chat/create */
const messageSchema = z.strictObject({
  role: z.enum(messageRoles),
  content: z.union([templateString, z.array(contentPart).min(1)]).describe('Text, or parts of text, images and files'),
  name: z.string().optional().describe('Tells participants of the same role apart'),
  toolCallId: templateString.optional().describe('In a tool message: the call that it answers'),
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

/** What a model node sends: messages, or a prompt in their place. */
export const conversationShape = {
  messages: z
    .union([templateString, conversationSchema])
    .optional()
    .describe('The conversation: messages, or an expression that gives them'),
  prompt: templateString.optional().describe('A user message, instead of messages'),
  systemPrompt: templateString.optional().describe('A system message that goes before the prompt or the messages'),
};
