import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { defineNode } from '../definition.ts';
import { conversationSchema, messagesValue } from '../llm/messages.ts';
import { firstText } from '../summary.ts';

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
    messages: conversationSchema
      .describe('The messages, in order; an expression among them gives a list of messages')
      .register(formHints, { isPrimary: true }),
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'prompt',
  newConfig: ({ text }) => ({ messages: [{ role: 'user', content: text }] }),
  summary: ({ messages }) => firstText(messages),
  role: 'step',
  values: () => ({ output: messagesValue }),
  shared: () => undefined,
});
