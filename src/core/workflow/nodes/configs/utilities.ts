import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

export const log = defineNode({
  type: 'log',
  category: 'utility',
  name: 'Log',
  description: 'Writes a line to the log of the service',
  icon: 'ScrollText',
  color: 'bg-slate-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Next', type: 'default' }],
  defaultConfig: { message: 'Got here', level: 'info' },
  configSchema: z.strictObject({
    message: templateString
      .describe('What is said; whatever stands in it is in the log')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    level: z
      .enum(['debug', 'info', 'warning', 'error'])
      .default('info')
      .describe('How much it matters')
      .register(formHints, { isPrimary: true }),
    fields: z
      .record(z.string(), templateJson)
      .default({})
      .describe('Values beside the message, under `fields` of the line')
      .register(formHints, { isPrimary: true, editor: 'templateJson' }),
  }),
  supportsStreaming: false,
  newId: 'note',
  summary: ({ message }) => asText(message),
  role: 'step',
  awaits: false,
  values: () => ({}),
  shared: () => undefined,
});

export const metrics = defineNode({
  type: 'metrics',
  category: 'utility',
  name: 'Metrics',
  description: 'Records a measurement with OpenTelemetry',
  icon: 'ChartLine',
  color: 'bg-slate-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Next', type: 'default' }],
  defaultConfig: { name: 'workflow.requests', kind: 'counter' },
  configSchema: z.strictObject({
    name: z.string().describe('The name of the instrument: `shop.orders`').register(formHints, { isPrimary: true }),
    kind: z
      .enum(['counter', 'histogram', 'gauge'])
      .default('counter')
      .describe('counter adds up, histogram tells how values are spread, gauge holds the last one')
      .register(formHints, { isPrimary: true }),
    value: z
      .union([z.number(), templateString])
      .default(1)
      .describe('The number that is recorded')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    unit: z
      .string()
      .max(63)
      .optional()
      .describe('Its unit, by UCUM: `s`, `By`, `{order}`')
      .register(formHints, { group: 'Request' }),
    attributes: z
      .record(z.string(), templateString)
      .default({})
      .describe('What it is told apart by; few different values each, as a series is kept for every one')
      .register(formHints, { group: 'Request', editor: 'templateJson' }),
  }),
  supportsStreaming: false,
  newId: 'measure',
  summary: ({ name }) => asText(name),
  role: 'step',
  awaits: false,
  values: () => ({}),
  shared: () => undefined,
});

export const rateLimit = defineNode({
  type: 'rateLimit',
  category: 'utility',
  name: 'Rate Limit',
  description: 'Lets so many runs of a key pass in a time, and refuses the others',
  icon: 'Gauge',
  color: 'bg-slate-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Passed', type: 'default' }],
  defaultConfig: { key: '{{ input.user }}', limit: 60, seconds: 60 },
  configSchema: z.strictObject({
    key: templateString
      .describe('Whose runs are counted together')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    limit: z
      .int()
      .min(1)
      .max(1_000_000)
      .describe('How many runs of a key pass')
      .register(formHints, { isPrimary: true }),
    seconds: z
      .number()
      .min(1)
      .max(2_678_400)
      .default(60)
      .describe('In how many seconds, which begin with the first of them')
      .register(formHints, { isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'limit',
  newConfig: ({ text }) => ({ key: text, limit: 60, seconds: 60 }),
  summary: ({ key }) => asText(key),
  role: 'step',
  awaits: true,
  values: () => ({
    output: {
      type: 'object',
      required: ['limit', 'remaining', 'resetSeconds'],
      properties: {
        limit: { type: 'integer' },
        remaining: { type: 'integer' },
        resetSeconds: { type: 'integer' },
      },
    },
  }),
  shared: () => undefined,
});

/** What is generated, and what of the config each kind needs. */
export const cryptoKinds = {
  uuid: [],
  token: [],
  hash: ['value'],
  hmac: ['value', 'secret'],
} as const satisfies Readonly<Record<string, readonly ('value' | 'secret')[]>>;

export type CryptoKind = keyof typeof cryptoKinds;

export const cryptoGenerate = defineNode({
  type: 'cryptoGenerate',
  category: 'utility',
  name: 'Crypto',
  description: 'Makes ids, tokens, hashes and signatures',
  icon: 'KeyRound',
  color: 'bg-slate-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Text', type: 'default' }],
  defaultConfig: { kind: 'uuid' },
  configSchema: z.strictObject({
    kind: z
      .enum(Object.keys(cryptoKinds) as [CryptoKind, ...CryptoKind[]])
      .describe('uuid: a random id; token: random bytes; hash of a value; hmac: its signature with a secret')
      .register(formHints, { isPrimary: true }),
    value: templateJson
      .optional()
      .describe('Of hash and hmac: a text, taken as UTF-8; anything else as compact JSON')
      .register(formHints, { isPrimary: true, editor: 'templateJson', only: { key: 'kind', of: ['hash', 'hmac'] } }),
    algorithm: z
      .enum(['sha256', 'sha384', 'sha512'])
      .default('sha256')
      .describe('Of hash and hmac')
      .register(formHints, { group: 'Request', only: { key: 'kind', of: ['hash', 'hmac'] } }),
    encoding: z
      .enum(['hex', 'base64', 'base64url'])
      .optional()
      .describe('How bytes are written; hex when left out, of a token base64url')
      .register(formHints, { group: 'Request', only: { key: 'kind', of: ['token', 'hash', 'hmac'] } }),
    bytes: z
      .int()
      .min(16)
      .max(256)
      .default(32)
      .describe('Of token: how many random bytes')
      .register(formHints, { group: 'Request', only: { key: 'kind', of: ['token'] } }),
    secret: z
      .string()
      .optional()
      .describe('Of hmac: a name in lower case; its secret is the variable SECRET_NAME of the environment')
      .register(formHints, { isPrimary: true, only: { key: 'kind', of: ['hmac'] } }),
  }),
  supportsStreaming: false,
  newId: 'made',
  summary: ({ kind }) => asText(kind),
  role: 'step',
  awaits: false,
  values: () => ({ output: { type: 'string' } }),
  shared: ({ kind, secret }) => (kind === 'hmac' ? secret : undefined),
});
