import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { unknownSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const inputs = [
  { id: 'input', name: 'Input', type: 'default' },
  { id: 'result', name: 'Result', type: 'default' },
] as const;

const index = { type: 'integer', minimum: 0 } as const;

/** Each item is worked on by the same steps. */
export const loop = defineNode({
  type: 'loop',
  category: 'logic',
  name: 'Loop',
  description: 'Runs the steps between `item` and `result` for each item of a list',
  icon: 'Repeat',
  color: 'bg-amber-500',
  inputs,
  outputs: [
    { id: 'item', name: 'Item', type: 'default' },
    { id: 'output', name: 'Results', type: 'default' },
  ],
  defaultConfig: { items: '{{ input.items }}', concurrency: 1, onItemError: 'fail' },
  configSchema: z.strictObject({
    items: templateString.describe('One expression that gives a list').register(formHints, { isPrimary: true }),
    concurrency: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('How many items are worked on at the same time')
      .register(formHints, { isPrimary: true }),
    maxItems: z
      .int()
      .min(1)
      .optional()
      .describe('The most items; a longer list is an error')
      .register(formHints, { title: 'At most', isPrimary: true }),
    onItemError: z
      .enum(['fail', 'skip', 'collect'])
      .default('fail')
      .describe('fail: ends the run; skip: leaves the item out; collect: puts {"error": problem} in its place')
      .register(formHints, { title: 'When an item fails', isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'each',
  newConfig: ({ list }) => ({ items: list }),
  summary: ({ items }) => asText(items).replace(/^\{\{\s*(.*?)\s*\}\}$/s, '$1'),
  role: 'step',
  // What it waits for is in its body.
  awaits: false,
  // What they are is known only with what stands around: `loopTypes` says it.
  values: () => ({ item: unknownSchema, index, output: { type: 'array' } }),
  shared: (config) => config,
  body: { begins: 'item', ends: 'result', inside: ['item', 'index'], readsInside: [] },
});

/** A value goes through the same steps until it is good. */
export const repeat = defineNode({
  type: 'repeat',
  category: 'logic',
  name: 'Repeat',
  description: 'Runs the steps between `item` and `result` again and again, each round with the result of the last',
  icon: 'RefreshCw',
  color: 'bg-amber-500',
  inputs,
  outputs: [
    { id: 'item', name: 'Round', type: 'default' },
    { id: 'output', name: 'Last', type: 'default' },
  ],
  defaultConfig: { initial: null, maxRounds: 3 },
  configSchema: z.strictObject({
    initial: templateJson
      .default(null)
      .describe('What the first round begins with: any JSON, with expressions in its strings')
      .register(formHints, { isPrimary: true }),
    until: templateString
      .optional()
      .describe('One expression, worked out after each round; when it holds, that was the last')
      .register(formHints, { isPrimary: true }),
    maxRounds: z
      .int()
      .min(1)
      .optional()
      .describe('The most rounds; then the last value is the result, good or not')
      .register(formHints, { title: 'At most', isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'again',
  newConfig: ({ value }) => ({ initial: value, maxRounds: 3 }),
  summary: ({ until }) => asText(until).replace(/^\{\{\s*(.*?)\s*\}\}$/s, 'until $1'),
  role: 'step',
  // What it waits for is in its body.
  awaits: false,
  values: () => ({ item: unknownSchema, index, output: unknownSchema }),
  shared: (config) => config,
  body: { begins: 'item', ends: 'result', inside: ['item', 'index'], readsInside: ['until'] },
});
