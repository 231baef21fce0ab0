import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { memberAtPath } from '../../fieldPath.ts';
import { itemsOf, unknownSchema, type JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const url = templateString
  .describe(
    'The address; its host is a literal, or the whole beginning is a declared variable: {{ env.API_URL }}/users',
  )
  .register(formHints, { title: 'Address', isPrimary: true, editor: 'template' });

const credential = z
  .string()
  .optional()
  .describe(
    'One of the credentials that the file declares; sent to the host that its operator set for it, and to no other',
  )
  .register(formHints, { isPrimary: true });

const headers = z
  .record(z.string(), templateString)
  .default({})
  .describe('Headers of the request; null is left out. Secrets belong in a credential')
  .register(formHints, { group: 'Request' });

const filePart = z.strictObject({
  filename: templateString.describe('What the file is called'),
  content: templateString.optional().describe('Its text'),
  base64: templateString.optional().describe('Its bytes in Base64, instead of a text'),
  contentType: z.string().default('application/octet-stream').describe('What kind of file it is'),
});

/** What a request to another service sends: one of four. */
const body = z
  .strictObject({
    json: templateJson.optional().describe('Any JSON, with expressions in its strings'),
    form: z.record(z.string(), templateJson).optional().describe('The fields of a form; of a list each item is sent'),
    text: templateString.optional().describe('A text; the header Content-Type may say of what kind'),
    multipart: z
      .record(z.string(), z.union([filePart, templateString]))
      .optional()
      .describe('Fields and files, as a form in a browser sends them'),
  })
  .optional()
  .describe('What is sent: one of `json`, `form`, `text` and `multipart`')
  .register(formHints, { group: 'Request' });

const pages = z
  .strictObject({
    by: z
      .enum(['link', 'next', 'cursor', 'page'])
      .describe(
        'link: the header Link says which comes next; next: an address in the body; cursor: a value in the body; page: a number',
      ),
    at: z.string().optional().describe('Where in the body the next address or the cursor stands: `meta.next`'),
    parameter: z.string().optional().describe('The query parameter that takes the cursor, or the number'),
    start: z.int().min(0).default(1).describe('The number of the first page'),
    items: z
      .string()
      .optional()
      .describe('Where in a body the list stands: `data.items`; when left out the body is it'),
    maxPages: z.int().min(1).max(1000).default(10).describe('No more pages than these are asked for'),
  })
  .optional()
  .describe('Asks for all pages of an answer: the body is then the list of their items')
  .register(formHints, { group: 'Answer' });

/** As the runtime has it, so that what is not said need not be written. */
export const defaultAnswerBytes = 10_485_760;

const mostBytes = z
  .int()
  .min(1)
  .max(1_073_741_824)
  .default(defaultAnswerBytes)
  .describe('A larger answer is refused')
  .register(formHints, { group: 'Limits' });

const headerSchema: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };

export const httpRequest = defineNode({
  type: 'httpRequest',
  category: 'outside',
  name: 'HTTP Request',
  description: 'Asks another service and gives its answer',
  icon: 'CloudDownload',
  color: 'bg-orange-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Answer', type: 'default' }],
  defaultConfig: { method: 'GET', url: 'https://api.example.com/items' },
  configSchema: z.strictObject({
    method: z
      .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])
      .default('GET')
      .describe('The HTTP method')
      .register(formHints, { isPrimary: true }),
    url,
    query: z
      .record(z.string(), templateJson)
      .default({})
      .describe('Added to the query of the address; null is left out, of a list each item is sent')
      .register(formHints, { isPrimary: true }),
    headers,
    body,
    credential,
    acceptStatus: z
      .array(z.int().min(400).max(599))
      .default([])
      .describe('Statuses of 400 and more that are no error: the workflow goes on with them')
      .register(formHints, { group: 'Answer' }),
    answerSchema: wholeSchema
      .optional()
      .describe('JSON Schema of the body, with `pages` of that of each page; an answer that does not fit is an error')
      .register(formHints, { group: 'Answer', editor: 'jsonSchema' }),
    pages,
    maxBytes: mostBytes,
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'ask',
  summary: ({ method = 'GET', url: address }) => `${asText(method)} ${asText(address)}`,
  role: 'step',
  values: ({ answerSchema, pages: paged }) => ({
    output: {
      type: 'object',
      required: ['status', 'headers', 'body', ...(paged === undefined ? [] : ['pages', 'complete'])],
      properties: {
        status: { type: 'integer', examples: [200] },
        headers: headerSchema,
        body: paged === undefined ? (answerSchema ?? unknownSchema) : allItems(answerSchema, paged.items),
        ...(paged !== undefined && { pages: { type: 'integer' }, complete: { type: 'boolean' } }),
      },
    } as const satisfies JsonSchema,
  }),
  shared: (config) => config.credential,
});

/**
 * The list in a page, by the page's schema.
 * @param items where it stands; when empty the page is it
 * @returns undefined where nothing can stand there
 */
export function listOfPage(page: JsonSchema, items = ''): JsonSchema | undefined {
  const list = items === '' ? { schema: page } : memberAtPath(page, items);
  return list === 'unknown' ? unknownSchema : list?.schema;
}

function allItems(page: JsonSchema | undefined, items: string | undefined): JsonSchema {
  const list = page && listOfPage(page, items);
  const item = list && itemsOf(list);
  return { type: 'array', ...(item !== undefined && { items: item }) };
}

export const graphqlQuery = defineNode({
  type: 'graphqlQuery',
  category: 'outside',
  name: 'GraphQL Query',
  description: 'Asks a GraphQL service and gives its data',
  icon: 'Waypoints',
  color: 'bg-orange-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Data', type: 'default' }],
  defaultConfig: { url: 'https://api.example.com/graphql', query: 'query { items { id } }' },
  configSchema: z.strictObject({
    url,
    query: z
      .string()
      .describe('The query or mutation, as it stands; values go into `variables`')
      .register(formHints, { isPrimary: true, isLong: true }),
    variables: z
      .record(z.string(), templateJson)
      .default({})
      .describe('The values of its variables')
      .register(formHints, { isPrimary: true }),
    headers,
    credential,
    dataSchema: wholeSchema
      .optional()
      .describe('JSON Schema of the data; data that does not fit is an error')
      .register(formHints, { group: 'Answer', editor: 'jsonSchema' }),
    maxBytes: mostBytes,
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'query',
  summary: ({ query }) => asText(query),
  role: 'step',
  values: ({ dataSchema }) => ({ output: dataSchema ?? unknownSchema }),
  shared: (config) => config.credential,
});
