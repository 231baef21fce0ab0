import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { inputSchema } from '../../jsonSchemaShape.ts';
import { schemaOfInput } from '../../literalSchema.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';
import { budgetField } from './budget.ts';

export const scheduledTask = defineNode({
  type: 'scheduledTask',
  category: 'trigger',
  name: 'Schedule',
  description: 'Starts a durable run by the clock',
  icon: 'CalendarClock',
  color: 'bg-emerald-500',
  inputs: [],
  outputs: [{ id: 'output', name: 'Input', type: 'default' }],
  defaultConfig: { cron: '0 6 * * *', timezone: 'UTC' },
  configSchema: z.strictObject({
    cron: z
      .string()
      .describe('When: minute, hour, day, month and weekday as cron has them, `0 6 * * MON-FRI`')
      .register(formHints, { isPrimary: true }),
    timezone: z
      .string()
      .default('UTC')
      .describe('By whose clocks: a time zone such as Europe/Berlin')
      .register(formHints, { title: 'Time zone', isPrimary: true }),
    overlap: z
      .enum(['skip', 'queue', 'replace'])
      .default('skip')
      .describe('What becomes of a run that is due while another goes on; replace: the other is cancelled')
      .register(formHints, { isPrimary: true }),
    catchUp: z
      .boolean()
      .default(true)
      .describe('Whether what was missed while no service was there is made up for, by one run')
      .register(formHints, { title: 'Catch up', isPrimary: true }),
    input: z
      .record(z.string(), z.json().register(formHints, { editor: 'templateJson' }))
      .default({})
      .describe('The input of its runs')
      .register(formHints, { isPrimary: true }),
    budget: budgetField,
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'daily',
  summary: ({ cron, timezone = 'UTC' }) => `${asText(cron)} ${asText(timezone)}`,
  role: 'trigger',
  values: ({ input }) => ({ output: schemaOfInput(input) }),
  shared: (config) => config,
});

/** A queue's name is a part of an address. */
const queueName = /^[a-z0-9][a-z0-9-]{0,62}$/;

export const queueConsumer = defineNode({
  type: 'queueConsumer',
  category: 'trigger',
  name: 'Queue',
  description: 'Starts a durable run for each entry of a queue, when there is room for it',
  icon: 'ListOrdered',
  color: 'bg-emerald-500',
  inputs: [],
  outputs: [{ id: 'output', name: 'Entry', type: 'default' }],
  defaultConfig: {
    queue: 'orders',
    inputSchema: { type: 'object', required: ['order'], properties: { order: { type: 'string' } } },
  },
  configSchema: z.strictObject({
    queue: z
      .string()
      .regex(queueName)
      .describe('The name of the queue: lower-case letters, digits and `-`; entries are sent to /queues/NAME')
      .register(formHints, { isPrimary: true }),
    inputSchema: inputSchema
      .default({ type: 'object', properties: {} })
      .describe('JSON Schema of an entry')
      .register(formHints, { title: 'Input', isPrimary: true }),
    concurrency: z
      .strictObject({
        total: z
          .int()
          .min(1)
          .max(10_000)
          .optional()
          .describe('At the same time in all; as many as there are when left out'),
        perProcess: z.int().min(1).max(1_000).default(10).describe('At the same time in one process'),
      })
      .default({ perProcess: 10 })
      .describe('How many runs go on at the same time')
      .register(formHints, { isPrimary: true }),
    rateLimit: z
      .strictObject({
        runs: z.int().min(1).max(1_000_000).describe('How many runs may begin'),
        seconds: z.number().min(1).max(86_400).default(60).describe('In how many seconds'),
      })
      .optional()
      .describe('How many runs begin in a time at most, in all processes together')
      .register(formHints, { title: 'Rate limit', group: 'Limits' }),
    retries: z
      .strictObject({
        max: z.int().min(1).max(20).describe('How often a run that failed is tried again'),
        backoff: z
          .number()
          .min(0)
          .max(86_400)
          .default(10)
          .describe('Seconds before it is; twice as many each further time, and a day at most'),
      })
      .optional()
      .describe('Trying runs again that failed, each from where it failed; what fails then is a dead letter')
      .register(formHints, { group: 'Limits' }),
    budget: budgetField,
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'entry',
  summary: ({ queue }) => asText(queue),
  role: 'trigger',
  values: (config) => ({ output: config.inputSchema }),
  shared: (config) => config,
});

export const enqueue = defineNode({
  type: 'enqueue',
  category: 'logic',
  name: 'Put into Queue',
  description: 'Puts an entry into the queue of another workflow, and goes on at once',
  icon: 'ListPlus',
  color: 'bg-teal-600',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Entry', type: 'default' }],
  defaultConfig: { file: 'other.workflow.json', args: { order: '{{ input.order }}' } },
  configSchema: z.strictObject({
    file: z
      .string()
      .describe(
        'The workflow file that begins with the queue, below the folder of this one; it becomes a part of the service',
      )
      .register(formHints, { title: 'Workflow file', isPrimary: true, choices: 'workflowFiles' }),
    args: z
      .record(z.string(), templateJson)
      .default({})
      .describe('The entry: maps the fields of its input to values')
      .register(formHints, { title: 'Entry', isPrimary: true, keys: 'parameters' }),
    key: templateString
      .optional()
      .describe('What tells this entry from others, such as an order number: it is put in once, however often it comes')
      .register(formHints, { title: 'Only once for', isPrimary: true, editor: 'template' }),
    urgency: z
      .int()
      .min(0)
      .max(7)
      .default(3)
      .describe('How urgent it is: 0 comes first, 7 last')
      .register(formHints, { group: 'More' }),
    delay: z
      .number()
      .min(0)
      .max(31_622_400)
      .optional()
      .describe('Seconds before it may begin')
      .register(formHints, { group: 'More' }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'put',
  newConfig: ({ value }) => ({ file: 'other.workflow.json', args: { order: value } }),
  summary: ({ file }) => asText(file),
  role: 'step',
  values: () => ({
    output: {
      type: 'object',
      required: ['id', 'queue', 'location'],
      properties: { id: { type: 'string' }, queue: { type: 'string' }, location: { type: 'string' } },
      additionalProperties: false,
    },
  }),
  shared: ({ file }) => file,
});
