import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';
import { pieceValue } from './documents.ts';

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

const collection = templateString
  .describe('What the collection is called: letters, digits, _, - and .')
  .register(formHints, { isPrimary: true, editor: 'template' });

const dimensions = z
  .int()
  .min(1)
  .optional()
  .describe('How many numbers the vectors of the collection have, so that checks can compare it with the model')
  .register(formHints, { group: 'More' });

const vectorName = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .optional()
  .describe('What the collection calls its vectors, where something else has made it with names')
  .register(formHints, { group: 'More' });

export const qdrantUpsert = defineNode({
  type: 'qdrantUpsert',
  category: 'outside',
  name: 'Qdrant Upsert',
  description: 'Keeps pieces of documents with their vectors in Qdrant, so that they can be searched',
  icon: 'HardDriveUpload',
  color: 'bg-orange-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Counts', type: 'default' }],
  defaultConfig: { collection: 'documents', pieces: '{{ input.pieces }}', vectors: '{{ input.vectors }}' },
  configSchema: z.strictObject({
    collection,
    pieces: templateString
      .describe('The pieces of Split Text, or other objects with a `text` and a `source`')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    vectors: templateString
      .describe('A vector for each piece: {{ nodes.embed.output.embeddings }}')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    payload: templateJson
      .optional()
      .describe('An object that is kept with every piece, beside what it holds itself')
      .register(formHints, { group: 'Request', editor: 'templateJson' }),
    hybrid: z
      .boolean()
      .default(false)
      .describe('Keeps the words of pieces too, so that they can be searched by words')
      .register(formHints, { isPrimary: true }),
    gone: z
      .enum(['keep', 'sources', 'collection'])
      .default('sources')
      .describe(
        'What was kept before and is not among the pieces: keep it; take it away from the sources of the pieces; from all the collection',
      )
      .register(formHints, { isPrimary: true }),
    distance: z
      .enum(['cosine', 'dot', 'euclid', 'manhattan'])
      .default('cosine')
      .describe('How near vectors are, in a collection that is made')
      .register(formHints, { group: 'More' }),
    dimensions,
    vectorName,
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'index',
  // Which nodes have pieces, and which their vectors, is for its author to say.
  newConfig: () => ({ collection: 'documents', pieces: '{{ [] }}', vectors: '{{ [] }}' }),
  summary: ({ collection: name }) => asText(name),
  role: 'step',
  values: () => ({
    output: {
      type: 'object',
      required: ['upserted', 'deleted', 'created'],
      properties: { upserted: { type: 'integer' }, deleted: { type: 'integer' }, created: { type: 'boolean' } },
    } as const satisfies JsonSchema,
  }),
  shared: (config) => [config.collection.source, config.dimensions, config.hybrid],
});

const constant = z.union([templateString, z.number(), z.boolean()]);
const end = z.union([z.number(), templateString]);

const condition = z.strictObject({
  field: z.string().min(1).describe('A field of what is kept with a vector: `source`, or `author.name`'),
  equals: constant.optional().describe('It is this value'),
  oneOf: z
    .union([templateString, z.array(constant)])
    .optional()
    .describe('It is one of these'),
  least: end.optional().describe('It is this number or more'),
  most: end.optional().describe('It is this number or less'),
  contains: templateString.optional().describe('It is a text that holds this one'),
  missing: z.literal(true).optional().describe('It is not there, or null'),
  optional: z.boolean().default(false).describe('null leaves the condition out; otherwise it is an error'),
});

/** A condition of a filter. */
export type FilterCondition = z.output<typeof condition>;

/** What each way to search needs. */
export const searchModes = {
  dense: ['vector'],
  words: ['text'],
  hybrid: ['vector', 'text'],
} as const satisfies Readonly<Record<string, readonly ('vector' | 'text')[]>>;

/** What is kept with a vector, as far as the file says. */
export function payloadOf({ payloadSchema }: { readonly payloadSchema?: JsonSchema | undefined }): JsonSchema {
  return payloadSchema ?? pieceValue(undefined);
}

export const qdrantSearch = defineNode({
  type: 'qdrantSearch',
  category: 'outside',
  name: 'Qdrant Search',
  description: 'Finds the pieces in Qdrant that are nearest to a question',
  icon: 'FileSearch',
  color: 'bg-orange-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Hits', type: 'default' }],
  defaultConfig: { collection: 'documents', vector: '{{ input.vector }}', limit: 5 },
  configSchema: z.strictObject({
    collection,
    mode: z
      .enum(['dense', 'words', 'hybrid'])
      .default('dense')
      .describe('dense: by the vector; words: by the words of the text; hybrid: by both')
      .register(formHints, { isPrimary: true }),
    vector: templateString
      .optional()
      .describe('The vector of the question: {{ nodes.embed.output.embeddings[0] }}')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    text: templateString
      .optional()
      .describe('The question itself, whose words are looked for')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    limit: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('How many pieces are found at most')
      .register(formHints, { isPrimary: true }),
    scoreThreshold: z
      .number()
      .optional()
      .describe('Pieces that are less near than this are not found; of hybrid, by their vector')
      .register(formHints, { group: 'Limits' }),
    filter: z
      .strictObject({
        all: z.array(condition).default([]).describe('All of these hold'),
        any: z.array(condition).default([]).describe('At least one of these holds'),
        none: z.array(condition).default([]).describe('None of these holds'),
      })
      .optional()
      .describe('Conditions on what is kept with a vector')
      .register(formHints, { group: 'Request' }),
    payloadSchema: wholeSchema
      .optional()
      .describe('JSON Schema of what is kept with a vector, where it is more or other than pieces')
      .register(formHints, { group: 'Answer', editor: 'jsonSchema' }),
    dimensions,
    vectorName,
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'search',
  newConfig: ({ text }) => ({ collection: 'documents', mode: 'words', text, limit: 5 }),
  summary: ({ collection: name, mode = 'dense' }) => `${asText(name)}, ${asText(mode)}`,
  role: 'step',
  values: (config) => ({
    output: {
      type: 'object',
      required: ['hits', 'count'],
      properties: {
        hits: {
          type: 'array',
          maxItems: config.limit,
          items: {
            type: 'object',
            required: ['id', 'score', 'payload'],
            properties: { id: { type: 'string' }, score: { type: 'number' }, payload: payloadOf(config) },
          },
        },
        count: { type: 'integer' },
      },
    },
  }),
  shared: (config) => [config.collection.source, config.dimensions, config.mode],
});
