import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { inputSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';
import { budgetField } from './budget.ts';

const hmacSchema = z.strictObject({
  header: z.string().describe('The header that holds the signature: X-Signature'),
  algorithm: z.enum(['sha256', 'sha1', 'sha384', 'sha512']).default('sha256').describe('The hash function'),
  encoding: z.enum(['hex', 'base64']).default('hex').describe('How the signature is written'),
  prefix: z.string().max(50).default('').describe('What stands before it: sha256='),
  signedPrefix: z
    .string()
    .max(100)
    .default('')
    .describe('What is signed before the body, with {timestamp} for the time: `{timestamp}.`'),
  timestampHeader: z.string().optional().describe('The header that holds the time, in seconds since 1970'),
  eventHeader: z.string().optional().describe('The header that names the event'),
});

export const webhookReceiver = defineNode({
  type: 'webhookReceiver',
  category: 'trigger',
  name: 'Webhook',
  description: 'Starts a run when another service says, signed, that something has happened',
  icon: 'Webhook',
  color: 'bg-emerald-500',
  inputs: [],
  outputs: [{ id: 'output', name: 'Event', type: 'default' }],
  defaultConfig: {
    service: 'github',
    path: '/webhooks/github',
    inputSchema: { type: 'object', properties: { action: { type: 'string' } } },
  },
  configSchema: z.strictObject({
    service: z
      .enum(['github', 'stripe', 'slack', 'shopify', 'hmac'])
      .describe('Who sends, and so how it is signed; hmac: as `hmac` says')
      .register(formHints, { isPrimary: true }),
    path: z.string().describe('The path of the endpoint').register(formHints, { isPrimary: true }),
    inputSchema: inputSchema
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of what is sent; of a form, its fields, or what its field payload holds')
      .register(formHints, { title: 'Input', isPrimary: true }),
    answer: z
      .enum(['accepted', 'result'])
      .default('accepted')
      .describe('accepted: answers at once, and the run goes on; result: answers with what the run gives')
      .register(formHints, { isPrimary: true }),
    events: z
      .array(z.string())
      .optional()
      .describe('The events that start a run; all when left out, and others are answered and left alone')
      .register(formHints, { isPrimary: true }),
    toleranceSeconds: z
      .number()
      .min(1)
      .max(86_400)
      .default(300)
      .describe('How old a signature may be that has a time')
      .register(formHints, { group: 'Signature' }),
    hmac: hmacSchema.optional().describe('Of hmac: how the service signs').register(formHints, { group: 'Signature' }),
    challenge: z
      .enum(['none', 'hub'])
      .default('none')
      .describe('hub: a GET with hub.challenge and the operator’s token is answered, as Meta asks it')
      .register(formHints, { group: 'Signature' }),
    budget: budgetField,
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'event',
  summary: ({ service, path }) => `${asText(service)} ${asText(path)}`,
  role: 'trigger',
  values: (config) => ({ output: config.inputSchema }),
  shared: (config) => config,
});
