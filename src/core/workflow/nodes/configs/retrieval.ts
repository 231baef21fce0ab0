import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

/** What a document or a piece of one is called, and where in it something stands. */
const placeProperties = {
  source: { type: 'string', examples: ['handbook/leave.md'] },
  title: { type: 'string', examples: ['Leave'] },
  page: { type: ['integer', 'null'] },
} as const satisfies Readonly<Record<string, JsonSchema>>;

const documentValue: JsonSchema = {
  type: 'object',
  required: ['text', 'source', 'title', 'page'],
  properties: { text: { type: 'string', examples: ['# Leave\n\nEveryone has 30 days.'] }, ...placeProperties },
};

/** Kinds of documents, in the order in which they are listed. */
export const documentKinds = ['text', 'markdown', 'html', 'pdf', 'docx'] as const;

/** As the runtime has them, so that what is not said need not be written. */
export const loadDefaults = { maxFiles: 1000, maxBytes: 20_971_520, maxCharacters: 10_000_000 } as const;

export const loadDocuments = defineNode({
  type: 'loadDocuments',
  category: 'outside',
  name: 'Load Documents',
  description: 'Reads texts, Markdown, HTML, PDF and Word documents of a folder, or one that the run brings along',
  icon: 'FileStack',
  color: 'bg-orange-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Documents', type: 'default' }],
  defaultConfig: {},
  configSchema: z.strictObject({
    path: templateString
      .optional()
      .describe('A folder or a file below DOCUMENTS_PATH, which its operator sets; all of that when left out')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    content: templateString
      .optional()
      .describe('The text of one document, instead of files')
      .register(formHints, { group: 'Request', editor: 'template', isLong: true }),
    base64: templateString
      .optional()
      .describe('The bytes of one document in Base64, instead of files')
      .register(formHints, { group: 'Request', editor: 'template' }),
    name: templateString
      .optional()
      .describe('What that document is called; its end says of what kind it is')
      .register(formHints, { group: 'Request', editor: 'template' }),
    kinds: z
      .array(z.enum(documentKinds))
      .min(1)
      .default([...documentKinds])
      .describe('What is read; other files are left alone. The service carries what it needs for these alone')
      .register(formHints, { isPrimary: true }),
    recursive: z
      .boolean()
      .default(true)
      .describe('Folders in the folder too')
      .register(formHints, { group: 'Request' }),
    onBroken: z
      .enum(['fail', 'skip'])
      .default('fail')
      .describe('A document that cannot be read ends the run, or is left out and named in `broken`')
      .register(formHints, { isPrimary: true }),
    encoding: z
      .enum([
        'windows-1252',
        'iso-8859-15',
        'windows-1250',
        'windows-1251',
        'koi8-r',
        'shift_jis',
        'euc-jp',
        'gb18030',
        'big5',
        'euc-kr',
      ])
      .default('windows-1252')
      .describe('Of texts that are not UTF-8 and do not say it themselves')
      .register(formHints, { group: 'More' }),
    maxFiles: z
      .int()
      .min(1)
      .max(100_000)
      .default(loadDefaults.maxFiles)
      .describe('More files are an error')
      .register(formHints, { group: 'Limits' }),
    maxBytes: z
      .int()
      .min(1)
      .max(268_435_456)
      .default(loadDefaults.maxBytes)
      .describe('A larger file cannot be read')
      .register(formHints, { group: 'Limits' }),
    maxCharacters: z
      .int()
      .min(1)
      .max(100_000_000)
      .default(loadDefaults.maxCharacters)
      .describe('More text in all documents together is an error: they are held in memory')
      .register(formHints, { group: 'Limits' }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'documents',
  newConfig: () => ({ kinds: ['text', 'markdown', 'html', 'pdf', 'docx'] }),
  summary: ({ path, name }) => asText(path ?? name ?? 'all documents'),
  role: 'step',
  values: () => ({
    output: {
      type: 'object',
      required: ['documents', 'broken', 'files'],
      properties: {
        documents: { type: 'array', items: documentValue },
        broken: {
          type: 'array',
          items: {
            type: 'object',
            required: ['source', 'problem'],
            properties: { source: { type: 'string' }, problem: { type: 'string' } },
          },
        },
        files: { type: 'integer' },
      },
    } as const satisfies JsonSchema,
  }),
  // Kinds decide about packages of the whole project.
  shared: ({ kinds }) => kinds,
});

/** As the runtime has them. */
export const splitDefaults = { by: 'sentences', size: 400, overlap: 40, maxPieces: 10_000 } as const;

/** A token is estimated as four bytes, so that no piece has more characters than that. */
const bytesPerToken = 4;

/** What a piece of a document is; `maxLength` limits its text. */
function pieceValue(maxLength: number | undefined): JsonSchema {
  return {
    type: 'object',
    required: ['text', 'source', 'title', 'heading', 'page', 'start', 'end', 'number', 'tokens'],
    properties: {
      text: { type: 'string', ...(maxLength !== undefined && { maxLength }), examples: ['Everyone has 30 days.'] },
      ...placeProperties,
      heading: { type: ['string', 'null'] },
      start: { type: 'integer' },
      end: { type: 'integer' },
      number: { type: 'integer' },
      tokens: { type: 'integer' },
    },
  };
}

export const splitText = defineNode({
  type: 'splitText',
  category: 'transform',
  name: 'Split Text',
  description: 'Cuts documents into pieces that know where they are from',
  icon: 'Scissors',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Pieces', type: 'default' }],
  defaultConfig: { documents: '{{ input.text }}', by: 'sentences', size: 400, overlap: 40 },
  configSchema: z.strictObject({
    documents: templateString
      .describe('The documents of Load Documents, one of them, or a text')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    by: z
      .enum(['tokens', 'sentences', 'sections'])
      .default(splitDefaults.by)
      .describe('As many words or sentences as the size holds; or sections below headings, long ones by sentences')
      .register(formHints, { isPrimary: true }),
    size: z
      .int()
      .min(8)
      .max(100_000)
      .default(splitDefaults.size)
      .describe('The most tokens of a piece, estimated at four bytes each')
      .register(formHints, { isPrimary: true }),
    overlap: z
      .int()
      .min(0)
      .default(splitDefaults.overlap)
      .describe('So many tokens of the end of a piece begin the next one too, as far as whole words or sentences fit')
      .register(formHints, { isPrimary: true }),
    maxPieces: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(splitDefaults.maxPieces)
      .describe('More pieces are an error')
      .register(formHints, { group: 'Limits' }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'pieces',
  newConfig: ({ text }) => ({ documents: text, by: 'sentences', size: 400, overlap: 40 }),
  summary: ({ by = splitDefaults.by, size = splitDefaults.size }) =>
    typeof size === 'number' ? `${asText(by)}, ${size} tokens` : asText(by),
  role: 'step',
  values: ({ size, maxPieces }) => ({
    output: {
      type: 'object',
      required: ['pieces', 'count'],
      properties: {
        pieces: { type: 'array', maxItems: maxPieces, items: pieceValue(size * bytesPerToken) },
        count: { type: 'integer' },
      },
    } as const satisfies JsonSchema,
  }),
  shared: () => undefined,
});

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
