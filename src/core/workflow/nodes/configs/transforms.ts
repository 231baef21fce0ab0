import * as z from 'zod';

import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import type { JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const input = [{ id: 'input', name: 'Input', type: 'default' }] as const;

const items = templateString
  .describe('A list of objects: one expression')
  .register(formHints, { isPrimary: true, editor: 'template' });

export const editFields = defineNode({
  type: 'editFields',
  category: 'transform',
  name: 'Edit Fields',
  description: 'Sets, renames and removes fields of an object',
  icon: 'PencilLine',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Object', type: 'default' }],
  defaultConfig: { from: '{{ input }}', set: {} },
  configSchema: z.strictObject({
    from: templateString
      .optional()
      .describe('The object that it starts from: one expression. When left out, an empty one')
      .register(formHints, { isPrimary: true, editor: 'template' }),
    rename: z
      .record(z.string(), z.string())
      .default({})
      .describe('New names by old ones; comes first')
      .register(formHints, { isPrimary: true }),
    remove: z
      .array(z.string())
      .default([])
      .describe('Fields that are left out, where they are there; by their names after renaming')
      .register(formHints, { isPrimary: true }),
    set: z
      .record(z.string(), templateJson)
      .default({})
      .describe('Fields with their new values; comes last')
      .register(formHints, { isPrimary: true, editor: 'templateJson' }),
  }),
  supportsStreaming: false,
  newId: 'edited',
  newConfig: () => ({ set: {} }),
  summary: ({ set }) => (typeof set === 'object' && set !== null ? `set ${Object.keys(set).join(', ')}` : undefined),
  role: 'step',
  awaits: false,
  // What is in it is known only with what it reads: `transformTypes` says it.
  values: () => ({ output: { type: 'object' } }),
  shared: (config) => config,
});

/** How an item is compared, and whether the operator takes a value. */
export const filterOperators = {
  equals: 'value',
  notEquals: 'value',
  greater: 'value',
  atLeast: 'value',
  less: 'value',
  atMost: 'value',
  contains: 'value',
  startsWith: 'value',
  in: 'value',
  exists: 'none',
  missing: 'none',
} as const;

export type FilterOperator = keyof typeof filterOperators;

const operatorNames = Object.keys(filterOperators) as [FilterOperator, ...FilterOperator[]];

export const filterArray = defineNode({
  type: 'filterArray',
  category: 'transform',
  name: 'Filter Array',
  description: 'Keeps the items of a list that meet conditions',
  icon: 'Filter',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Items', type: 'default' }],
  defaultConfig: { items: '{{ input.items }}', where: [{ field: 'id', operator: 'exists' }] },
  configSchema: z.strictObject({
    items,
    where: z
      .array(
        z.strictObject({
          field: z.string().describe('The field of an item that is looked at, or a path to it: `customer.city`'),
          operator: z
            .enum(operatorNames)
            .default('equals')
            .describe(
              'equals, notEquals; greater, atLeast, less, atMost of numbers or texts; contains of a text, a list or an ' +
                'object; startsWith; in a list; exists, missing take no value',
            ),
          value: templateJson.optional().describe('What it is compared with'),
        }),
      )
      .min(1)
      .describe('The conditions; an item that lacks the field meets only `missing` and `notEquals`')
      .register(formHints, { isPrimary: true }),
    match: z
      .enum(['all', 'any'])
      .default('all')
      .describe('Whether an item has to meet all conditions, or any of them')
      .register(formHints, { isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'kept',
  newConfig: ({ list }) => ({ items: list, where: [{ field: 'id', operator: 'exists' }] }),
  summary: ({ where }) => asText(where),
  role: 'step',
  awaits: false,
  // What is in it is known only with what it reads: `transformTypes` says it.
  values: () => ({ output: { type: 'array' } }),
  shared: (config) => config,
});

export const sortArray = defineNode({
  type: 'sortArray',
  category: 'transform',
  name: 'Sort Array',
  description: 'Sorts the items of a list by one or more fields',
  icon: 'ArrowDownUp',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Items', type: 'default' }],
  defaultConfig: { items: '{{ input.items }}', by: [{ field: 'id' }] },
  configSchema: z.strictObject({
    items,
    by: z
      .array(
        z.strictObject({
          field: z
            .string()
            .describe('A field of the items, or a path to it (`customer.city`): numbers alone, or texts alone'),
          descending: z.boolean().default(false).describe('The greatest first'),
        }),
      )
      .min(1)
      .describe('The fields, the one that counts most first; items that are equal in all keep their order')
      .register(formHints, { isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'sorted',
  newConfig: ({ list }) => ({ items: list, by: [{ field: 'id' }] }),
  summary: ({ by }) => asText(by),
  role: 'step',
  awaits: false,
  // What is in it is known only with what it reads: `transformTypes` says it.
  values: () => ({ output: { type: 'array' } }),
  shared: (config) => config,
});

export const aggregateOperations = ['count', 'sum', 'min', 'max', 'mean', 'first', 'last', 'list'] as const;

export type AggregateOperation = (typeof aggregateOperations)[number];

const aggregated: Readonly<Record<AggregateOperation, JsonSchema>> = {
  count: { type: 'integer' },
  sum: { type: 'number' },
  min: {},
  max: {},
  mean: { type: ['number', 'null'] },
  first: {},
  last: {},
  list: { type: 'array' },
};

export const aggregate = defineNode({
  type: 'aggregate',
  category: 'transform',
  name: 'Aggregate',
  description: 'Counts, adds up and groups the items of a list',
  icon: 'Sigma',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Values', type: 'default' }],
  defaultConfig: { items: '{{ input.items }}', values: { count: { operation: 'count' } } },
  configSchema: z.strictObject({
    items,
    groupBy: z
      .string()
      .optional()
      .describe('A field: one object for each of its values, in the order in which they come')
      .register(formHints, { isPrimary: true }),
    values: z
      .record(
        z.string(),
        z.strictObject({
          operation: z
            .enum(aggregateOperations)
            .describe('count of the items; sum, min, max, mean, first, last or list of a field'),
          field: z.string().optional().describe('The field that is taken of each item; count takes none'),
        }),
      )
      .describe('What is worked out, by the names of the results')
      .register(formHints, { isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'totals',
  newConfig: ({ list }) => ({ items: list, values: { count: { operation: 'count' } } }),
  summary: ({ values }) => (typeof values === 'object' && values !== null ? Object.keys(values).join(', ') : undefined),
  role: 'step',
  awaits: false,
  values: ({ values, groupBy }) => {
    const names = Object.keys(values);
    const one: JsonSchema = {
      type: 'object',
      required: [...new Set([...(groupBy === undefined ? [] : [groupBy]), ...names])],
      properties: {
        ...(groupBy !== undefined && { [groupBy]: {} }),
        ...Object.fromEntries(Object.entries(values).map(([name, { operation }]) => [name, aggregated[operation]])),
      },
    };
    return { output: groupBy === undefined ? one : { type: 'array', items: one } };
  },
  shared: (config) => config,
});

export const validate = defineNode({
  type: 'validate',
  category: 'transform',
  name: 'Validate',
  description: 'Checks a value against a JSON Schema',
  icon: 'ShieldCheck',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Value', type: 'default' }],
  defaultConfig: { value: '{{ input }}', schema: { type: 'object' } },
  configSchema: z.strictObject({
    value: templateJson
      .describe('What is checked: mostly one expression')
      .register(formHints, { isPrimary: true, editor: 'templateJson' }),
    schema: wholeSchema
      .describe('The JSON Schema that it has to fit')
      .register(formHints, { isPrimary: true, editor: 'jsonSchema' }),
    onInvalid: z
      .enum(['fail', 'report'])
      .default('fail')
      .describe(
        'fail: an error with each place that does not fit; report: the result says whether it fits, and where not',
      )
      .register(formHints, { isPrimary: true }),
  }),
  supportsStreaming: false,
  newId: 'checked',
  newConfig: ({ value }) => ({ value, schema: { type: 'object' } }),
  summary: ({ value }) => asText(value),
  role: 'step',
  awaits: false,
  values: ({ schema, onInvalid }) => ({ output: onInvalid === 'fail' ? schema : report }),
  shared: () => undefined,
});

const report: JsonSchema = {
  type: 'object',
  required: ['valid', 'errors'],
  properties: {
    valid: { type: 'boolean' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

export const jsonTransform = defineNode({
  type: 'jsonTransform',
  category: 'transform',
  name: 'JSON Transform',
  description: 'Takes a value apart and puts it together anew by a JMESPath expression',
  icon: 'Braces',
  color: 'bg-teal-500',
  inputs: input,
  outputs: [{ id: 'output', name: 'Value', type: 'default' }],
  defaultConfig: { value: '{{ input }}', expression: '@' },
  configSchema: z.strictObject({
    value: templateJson
      .describe('What it works on: mostly one expression')
      .register(formHints, { isPrimary: true, editor: 'templateJson' }),
    expression: z
      .string()
      .describe('JMESPath, as it stands: `people[?age > `18`].{name: name}`')
      .register(formHints, { isPrimary: true, isLong: true }),
  }),
  supportsStreaming: false,
  newId: 'transformed',
  newConfig: ({ value }) => ({ value, expression: '@' }),
  summary: ({ expression }) => asText(expression),
  role: 'step',
  awaits: false,
  values: () => ({ output: {} }),
  shared: () => undefined,
});
