import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { inputSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';
import { budgetField } from './budget.ts';
import { doorFields } from './door.ts';

export const websocketEndpoint = defineNode({
  type: 'websocketEndpoint',
  category: 'trigger',
  name: 'WebSocket Endpoint',
  description: 'Starts a run for each message of a WebSocket; its events go back as messages',
  icon: 'Cable',
  color: 'bg-emerald-500',
  inputs: [],
  outputs: [{ id: 'output', name: 'Input', type: 'default' }],
  defaultConfig: {
    path: '/talk',
    inputSchema: { type: 'object', required: ['message'], properties: { message: { type: 'string' } } },
  },
  configSchema: z.strictObject({
    path: z
      .string()
      .describe('The path of the endpoint, such as /talk; a POST there is answered as well')
      .register(formHints, { isPrimary: true }),
    inputSchema: inputSchema
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of the input that a message starts a run with')
      .register(formHints, { title: 'Input', isPrimary: true }),
    conversation: z
      .strictObject({
        maxMessages: z
          .int()
          .min(2)
          .max(1_000)
          .default(40)
          .describe('How many messages a connection remembers at most; older ones are forgotten'),
      })
      .optional()
      .describe(
        'A connection is one conversation: the input `history` is what was said on it, and runs come one by one',
      )
      .register(formHints, { isPrimary: true }),
    maxRuns: z
      .int()
      .min(1)
      .max(1_000)
      .default(8)
      .describe('How many runs a connection may have at the same time')
      .register(formHints, { group: 'Limits' }),
    budget: budgetField,
    ...doorFields,
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'talk',
  summary: ({ path }) => asText(path),
  role: 'trigger',
  values: (config) => ({ output: config.inputSchema }),
  shared: (config) => config,
});
