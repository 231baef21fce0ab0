import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';

export const messageRoles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;

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
export const messageSchema = z.strictObject({
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

export const promptTemplate = defineNode({
  type: 'promptTemplate',
  category: 'llm',
  name: 'Prompt',
  description: 'Messages for a model, with values filled in',
  icon: 'MessageSquareText',
  color: 'bg-indigo-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Messages', type: 'default' }],
  defaultConfig: { messages: [{ role: 'user', content: '{{ input.message }}' }] },
  configSchema: z.strictObject({
    messages: conversationSchema.describe('The messages, in order; an expression among them gives a list of messages'),
  }),
  supportsStreaming: false,
  role: 'step',
  values: () => ({ output: messagesValue }),
  shared: () => undefined,
});
