import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import type { Json } from '../../json.ts';
import { formHints } from '../../formHints.ts';
import { unknownSchema, type JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const statementShape = {
  sql: z
    .string()
    .describe('One statement, as it stands; values go into `parameters` and are read as $1, $2 …')
    .register(formHints, { title: 'SQL', isPrimary: true, isLong: true }),
  parameters: z
    .array(templateJson)
    .default([])
    .describe('The values of $1, $2 …')
    .register(formHints, { isPrimary: true }),
};

const queryShape = {
  ...statementShape,
  before: z
    .array(z.strictObject(statementShape))
    .default([])
    .describe('Statements that run before it, in the same transaction')
    .register(formHints, { group: 'Request' }),
  readOnly: z
    .boolean()
    .default(true)
    .describe('The transaction only reads; false lets it write')
    .register(formHints, { isPrimary: true }),
  maxRows: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1000)
    .describe('More rows are an error')
    .register(formHints, { group: 'Limits' }),
  rowSchema: wholeSchema
    .optional()
    .describe('JSON Schema of a row; rows that do not fit are an error')
    .register(formHints, { group: 'Answer', editor: 'jsonSchema' }),
};

function rowsOf({ rowSchema }: { readonly rowSchema?: JsonSchema | undefined }): { readonly output: JsonSchema } {
  return {
    output: {
      type: 'object',
      required: ['rows', 'count'],
      properties: {
        rows: { type: 'array', items: rowSchema ?? { type: 'object' } },
        count: { type: 'integer' },
      },
    },
  };
}

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

/** What queries have in common, whichever database they ask. */
const query = {
  category: 'outside',
  color: 'bg-orange-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Rows', type: 'default' }],
  configSchema: z.strictObject(queryShape),
  awaits: true,
  supportsStreaming: false,
  newId: 'rows',
  summary: ({ sql }: { readonly [key: string]: Json | undefined }) => asText(sql),
  role: 'step',
  values: rowsOf,
  shared: () => undefined,
} as const;

export const postgresQuery = defineNode({
  ...query,
  type: 'postgresQuery',
  name: 'Postgres Query',
  description: 'Reads or changes rows of the Postgres database at DATABASE_URL',
  icon: 'Database',
  defaultConfig: { sql: 'SELECT now() AS now', parameters: [] },
});

export const sqliteQuery = defineNode({
  ...query,
  type: 'sqliteQuery',
  name: 'SQLite Query',
  description: 'Reads or changes rows of a database in a file beside the service',
  icon: 'DatabaseZap',
  defaultConfig: { sql: "SELECT datetime('now') AS now", parameters: [] },
});

/** What Redis can be asked, and what of the config each operation needs. */
export const redisOperations = {
  get: [],
  set: ['value'],
  delete: [],
  exists: [],
  expire: ['ttl'],
  increment: [],
  append: ['value'],
  range: [],
  pop: [],
  hashGet: ['field'],
  hashSet: ['field', 'value'],
  hashAll: [],
  publish: ['value'],
} as const satisfies Readonly<Record<string, readonly ('value' | 'field' | 'ttl')[]>>;

export type RedisOperation = keyof typeof redisOperations;

const operationNames = Object.keys(redisOperations) as [RedisOperation, ...RedisOperation[]];

const textOrNull: JsonSchema = { type: ['string', 'null'] };
const results: Readonly<Record<RedisOperation, JsonSchema>> = {
  get: textOrNull,
  set: { type: 'boolean' },
  delete: { type: 'boolean' },
  exists: { type: 'boolean' },
  expire: { type: 'boolean' },
  increment: { type: 'integer' },
  append: { type: 'integer' },
  range: { type: 'array', items: { type: 'string' } },
  pop: textOrNull,
  hashGet: textOrNull,
  hashSet: { type: 'boolean' },
  hashAll: { type: 'object', additionalProperties: { type: 'string' } },
  publish: { type: 'integer' },
};

export const redisOperation = defineNode({
  type: 'redisOperation',
  category: 'outside',
  name: 'Redis',
  description: 'Reads or changes a value of the Redis server at REDIS_URL',
  icon: 'MemoryStick',
  color: 'bg-orange-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Value', type: 'default' }],
  defaultConfig: { operation: 'get', key: 'greeting' },
  configSchema: z.strictObject({
    operation: z
      .enum(operationNames)
      .describe(
        'get, set, delete, exists, expire; increment a number; append to a list, read its range, pop its first; ' +
          'hashGet, hashSet, hashAll of an object; publish to a channel',
      )
      .register(formHints, { isPrimary: true }),
    key: templateString
      .describe('The key, or the channel')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    field: templateString
      .optional()
      .describe('The field of hashGet and hashSet')
      .register(formHints, {
        isPrimary: true,
        editor: 'template',
        only: { key: 'operation', of: ['hashGet', 'hashSet'] },
      }),
    value: templateJson
      .optional()
      .describe('What is set, appended or published; anything that is no text as JSON')
      .register(formHints, {
        isPrimary: true,
        editor: 'templateJson',
        only: { key: 'operation', of: ['set', 'append', 'hashSet', 'publish'] },
      }),
    by: z
      .union([z.int(), templateString])
      .optional()
      .describe('How much increment adds; 1 when left out')
      .register(formHints, { group: 'Request', only: { key: 'operation', of: ['increment'] } }),
    ttl: z
      .number()
      .positive()
      .optional()
      .describe('Seconds after which the key is gone; of set, increment and append as well')
      .register(formHints, {
        group: 'Limits',
        only: { key: 'operation', of: ['set', 'expire', 'increment', 'append'] },
      }),
    onlyIfMissing: z
      .boolean()
      .optional()
      .describe('set leaves what is there; the value is then false')
      .register(formHints, { group: 'Request', only: { key: 'operation', of: ['set'] } }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'redis',
  summary: ({ operation, key }) => `${asText(operation)} ${asText(key)}`,
  role: 'step',
  values: ({ operation }) => ({ output: results[operation] ?? unknownSchema }),
  shared: () => undefined,
});
