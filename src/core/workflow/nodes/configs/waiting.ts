import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { unknownSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

/** As long as a wait may be: a leap year. */
const longestWait = 31_622_400;

const week = 604_800;

const timeout = z
  .number()
  .min(1)
  .max(longestWait)
  .default(week)
  .describe('How long it waits at most, in seconds')
  .register(formHints, { title: 'Time limit', isPrimary: true });

export const waitForApproval = defineNode({
  type: 'waitForApproval',
  category: 'logic',
  name: 'Wait for Approval',
  description: 'Stops a durable run until a person has approved or rejected',
  icon: 'UserCheck',
  color: 'bg-amber-500',
  inputs: input,
  outputs: [
    { id: 'output', name: 'Decision', type: 'default' },
    { id: 'approved', name: 'Approved', type: 'conditional' },
    { id: 'rejected', name: 'Rejected', type: 'conditional' },
  ],
  defaultConfig: { message: 'May this go on?', timeout: week },
  configSchema: z.strictObject({
    message: templateString
      .describe('What the person is asked')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    timeout,
    onTimeout: z
      .enum(['fail', 'approve', 'reject'])
      .default('fail')
      .describe('What becomes of it when nobody has decided by then; fail: the run fails')
      .register(formHints, { title: 'When the time is over', isPrimary: true }),
    form: wholeSchema
      .optional()
      .describe('JSON Schema of what is asked beside yes or no: an object of texts, numbers, and true or false')
      .register(formHints, { title: 'Form', group: 'Request', editor: 'jsonSchema' }),
  }),
  awaits: true,
  waitsOutside: true,
  supportsStreaming: false,
  newId: 'approve',
  summary: ({ message }) => asText(message),
  role: 'step',
  values: ({ form }) => ({
    output: {
      type: 'object',
      required: ['approved', 'by', 'comment', 'values', 'decided_at', 'timed_out'],
      properties: {
        approved: { type: 'boolean' },
        by: { type: ['string', 'null'] },
        comment: { type: ['string', 'null'] },
        // What is rejected has no values.
        values: form === undefined ? { type: 'object' } : { ...form, required: [] },
        decided_at: { type: 'string' },
        timed_out: { type: 'boolean' },
      },
    },
  }),
  shared: () => undefined,
  ways: (connected) =>
    connected.has('approved') || connected.has('rejected') ? [['approved'], ['rejected']] : undefined,
});

export const approvalLink = defineNode({
  type: 'approvalLink',
  category: 'logic',
  name: 'Approval Link',
  description: 'Makes the signed link by which a person decides at an approval that comes later',
  icon: 'Link',
  color: 'bg-amber-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Link', type: 'default' }],
  defaultConfig: { approval: 'approve' },
  configSchema: z.strictObject({
    approval: z
      .string()
      .describe('The id of the approval that waits for the decision')
      .register(formHints, { isPrimary: true }),
    by: templateString
      .optional()
      .describe('Who gets the link, which the decision then says: an address or a name')
      .register(formHints, { title: 'Given to', isPrimary: true, editor: 'template' }),
  }),
  awaits: true,
  waitsOutside: true,
  supportsStreaming: false,
  newId: 'link',
  summary: ({ approval }) => asText(approval),
  role: 'step',
  values: () => ({ output: { type: 'string' } }),
  shared: () => undefined,
});

export const waitForEvent = defineNode({
  type: 'waitForEvent',
  category: 'logic',
  name: 'Wait for Event',
  description: 'Stops a durable run until something is sent to it from outside',
  icon: 'BellRing',
  color: 'bg-amber-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Event', type: 'default' }],
  defaultConfig: { name: 'paid', key: '{{ input.order }}', timeout: week },
  configSchema: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .describe('The kind of event: lower-case letters, digits, `.`, `_` and `-`; it is sent to /events/NAME')
      .register(formHints, { isPrimary: true }),
    key: templateString
      .describe('Which of these events is meant: an order number, an id')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    timeout,
    onTimeout: z
      .enum(['fail', 'continue'])
      .default('fail')
      .describe('What becomes of it when nothing has come by then; continue: it goes on with `default`')
      .register(formHints, { title: 'When the time is over', isPrimary: true }),
    default: templateJson
      .optional()
      .describe('The payload with which it goes on; null when left out')
      .register(formHints, { isPrimary: true, editor: 'templateJson', only: { key: 'onTimeout', of: ['continue'] } }),
    schema: wholeSchema
      .optional()
      .describe('JSON Schema of the payload; what does not fit is refused when it is sent')
      .register(formHints, { title: 'Payload', group: 'Request', editor: 'jsonSchema' }),
  }),
  awaits: true,
  waitsOutside: true,
  supportsStreaming: false,
  newId: 'wait_for',
  newConfig: ({ value }) => ({ name: 'paid', key: value }),
  summary: ({ name }) => asText(name),
  role: 'step',
  values: ({ schema, onTimeout }) => ({
    output: {
      type: 'object',
      required: ['payload', 'sent_at', 'id', 'timed_out'],
      properties: {
        payload: onTimeout === 'fail' ? (schema ?? unknownSchema) : unknownSchema,
        sent_at: { type: ['string', 'null'] },
        id: { type: ['string', 'null'] },
        timed_out: { type: 'boolean' },
      },
    },
  }),
  shared: ({ schema }) => schema,
});
