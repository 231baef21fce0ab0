import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
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
export function pieceValue(maxLength: number | undefined): JsonSchema {
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
