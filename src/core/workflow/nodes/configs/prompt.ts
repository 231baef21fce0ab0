import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';

export const messageRoles = ['system', 'developer', 'user', 'assistant'] as const;

/** One message of a conversation; source: https://platform.openai.com/docs/api-reference/chat/create */
export const messageSchema = z.strictObject({
  role: z.enum(messageRoles),
  content: templateString,
  name: z.string().optional().describe('Tells participants of the same role apart'),
});

export const messagesValue: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: { role: { type: 'string' }, content: { type: 'string' }, name: { type: 'string' } },
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
    messages: z.array(messageSchema).min(1).describe('The messages, in order'),
  }),
  supportsStreaming: false,
  role: 'step',
  values: () => ({ output: messagesValue }),
});
