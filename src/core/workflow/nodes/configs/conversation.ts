import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

/** What can be done with a conversation, and what of the config each operation needs. */
export const conversationOperations = {
  read: [],
  append: ['turn'],
  compact: ['until', 'summary'],
  delete: [],
} as const satisfies Readonly<Record<string, readonly ('turn' | 'until' | 'summary')[]>>;

export type ConversationOperation = keyof typeof conversationOperations;

const messages: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: {
      role: { type: 'string', enum: ['user', 'assistant', 'system', 'developer', 'tool'] },
      content: { examples: ['What was said.'] },
    },
  },
};

const results: Readonly<Record<ConversationOperation, JsonSchema>> = {
  read: {
    type: 'object',
    required: ['messages', 'dropped', 'until'],
    properties: { messages, dropped: messages, until: { type: ['integer', 'null'] } },
  },
  append: { type: 'object', required: ['kept'], properties: { kept: { type: 'integer' } } },
  compact: { type: 'object', required: ['compacted'], properties: { compacted: { type: 'boolean' } } },
  delete: { type: 'object', required: ['deleted'], properties: { deleted: { type: 'boolean' } } },
};

export const conversation = defineNode({
  type: 'conversation',
  category: 'outside',
  name: 'Conversation',
  description: 'Remembers the messages of a session, and gives them back',
  icon: 'MessagesSquare',
  color: 'bg-orange-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Messages', type: 'default' }],
  defaultConfig: { operation: 'read', session: '{{ input.session }}' },
  configSchema: z.strictObject({
    operation: z
      .enum(['read', 'append', 'compact', 'delete'])
      .describe('read what was said; append what is said now; compact: a summary for what was left out; delete it all')
      .register(formHints, { isPrimary: true }),
    session: templateString
      .describe('The id of the session: whoever knows it reads what was said in it')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    turn: templateJson
      .optional()
      .describe('Of append: a list of messages, which are kept and left out together')
      .register(formHints, { isPrimary: true, editor: 'templateJson', only: { key: 'operation', of: ['append'] } }),
    maxTokens: z
      .int()
      .positive()
      .optional()
      .describe('Of read: no more than so many tokens, estimated; the oldest turns are left out')
      .register(formHints, { group: 'Limits', only: { key: 'operation', of: ['read'] } }),
    maxMessages: z
      .int()
      .positive()
      .optional()
      .describe('Of read: no more than so many messages; the oldest turns are left out')
      .register(formHints, { group: 'Limits', only: { key: 'operation', of: ['read'] } }),
    maxAgeSeconds: z
      .number()
      .positive()
      .optional()
      .describe('What is older is gone; of read and of append')
      .register(formHints, { group: 'Limits', only: { key: 'operation', of: ['read', 'append'] } }),
    until: templateString
      .optional()
      .describe('Of compact: the number of the last turn that the summary stands for, `until` of a read')
      .register(formHints, { isPrimary: true, editor: 'template', only: { key: 'operation', of: ['compact'] } }),
    summary: templateString
      .optional()
      .describe('Of compact: the text that takes the place of those turns')
      .register(formHints, {
        isPrimary: true,
        editor: 'template',
        isLong: true,
        only: { key: 'operation', of: ['compact'] },
      }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'history',
  newConfig: ({ text }) => ({ operation: 'read', session: text }),
  summary: ({ operation, session }) => `${asText(operation)} ${asText(session)}`,
  role: 'step',
  values: ({ operation }) => ({ output: results[operation] }),
  shared: () => undefined,
});
