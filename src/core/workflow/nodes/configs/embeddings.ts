import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { extraShape } from '../llm/api.ts';
import { callLimitShape } from '../llm/limits.ts';
import { modelShape } from '../llm/model.ts';
import { usageValue } from '../llm/result.ts';

const defaultModel = 'text-embedding-3-small';

const embeddingsValue: JsonSchema = {
  type: 'object',
  required: ['embeddings', 'model', 'usage', 'cost_usd'],
  properties: {
    embeddings: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
    model: { type: 'string' },
    usage: usageValue,
    cost_usd: { type: ['number', 'null'] },
  },
};

export const embeddingGenerate = defineNode({
  type: 'embeddingGenerate',
  category: 'llm',
  name: 'Generate Embedding',
  description: 'Generate vector embeddings from text',
  icon: 'Hash',
  color: 'bg-purple-500',
  inputs: [{ id: 'input', name: 'Text', type: 'default' }],
  outputs: [{ id: 'output', name: 'Embeddings', type: 'default' }],
  defaultConfig: { provider: 'openai', model: defaultModel, dimensions: null, batchSize: 100 },
  configSchema: z.strictObject({
    provider: z
      .string()
      .default('openai')
      .describe(
        'Who makes them: openai, azure, voyage, gemini, mistral, ollama, or another server that has OpenAI’s embeddings',
      )
      .register(formHints, { isPrimary: true }),
    ...modelShape(defaultModel),
    input: z
      .union([
        templateString.clone().register(formHints, { title: 'Text', isLong: true }),
        z.array(templateString).register(formHints, { title: 'Texts' }),
      ])
      .optional()
      .describe('A text, a list of texts, or an expression that gives either')
      .register(formHints, { isPrimary: true }),
    dimensions: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('How many numbers an embedding has; null: as many as the model makes')
      .register(formHints, { isPrimary: true }),
    batchSize: z
      .int()
      .min(1)
      .default(100)
      .describe('How many texts one request has at most')
      .register(formHints, { isPrimary: true }),
    parallel: z
      .int()
      .min(1)
      .max(100)
      .default(4)
      .describe('How many requests are under way at the same time')
      .register(formHints, { group: 'Limits' }),
    inputType: z
      .enum(['query', 'document'])
      .optional()
      .describe('What the texts are for, where the provider makes a difference: to search, or to be found')
      .register(formHints, { group: 'More' }),
    cache: z
      .boolean()
      .default(false)
      .describe('Keeps embeddings in memory, so that a text is sent once')
      .register(formHints, { group: 'More' }),
    ...callLimitShape,
    ...extraShape,
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'embed',
  newConfig: ({ text }) => ({ provider: 'openai', model: defaultModel, input: text }),
  summary: ({ provider = 'openai', model = defaultModel }) =>
    typeof provider === 'string' && typeof model === 'string' ? `${provider}: ${model}` : undefined,
  role: 'step',
  values: () => ({ output: embeddingsValue }),
  // Who makes them decides about files besides the node's own; the rest about the collections that they are put into.
  shared: ({ provider, model, baseModel, dimensions }) => [provider, model.source, baseModel, dimensions],
});
