import * as z from 'zod';

import { templateJson } from '../expressions/templateSchema.ts';
import { Template, type TemplateJson } from '../expressions/syntax.ts';
import { typeOfTemplateJson } from '../expressions/templateTypes.ts';
import { formHints } from '../formHints.ts';
import type { Json } from '../json.ts';
import { itemsOf, meaningOf, unknownSchema, type JsonSchema } from '../jsonSchema.ts';
import { misfit } from '../schemaFit.ts';

/** What stands in `step` beside the config of a node that awaits something. */
export const stepSchema = z
  .strictObject({
    timeout: z
      .number()
      .positive()
      .max(86_400)
      .optional()
      .describe('Seconds that one attempt may take')
      .register(formHints, { isPrimary: true }),
    retries: z
      .strictObject({
        max: z
          .int()
          .min(1)
          .max(20)
          .describe('How often it is tried again')
          .register(formHints, { title: 'At most', isPrimary: true }),
        backoff: z
          .number()
          .min(0)
          .max(60)
          .default(1)
          .describe('Seconds before it is tried again; twice as many each further time, and 60 at most')
          .register(formHints, { isPrimary: true }),
        on: z
          .array(z.string().register(formHints, { choices: 'errorCodes' }))
          .min(1)
          .optional()
          .describe('The codes of errors after which it is; those that may pass by themselves when left out')
          .register(formHints, { title: 'Only after errors', isPrimary: true }),
      })
      .optional()
      .describe('Trying again what failed'),
    cache: z
      .strictObject({
        key: templateJson.describe('What tells results apart').register(formHints, { isPrimary: true }),
        ttl: z
          .number()
          .positive()
          .max(31_536_000)
          .describe('Seconds for which a result is kept')
          .register(formHints, { isPrimary: true }),
      })
      .optional()
      .describe('Keeps results in memory, or in Redis when `REDIS_URL` is set'),
    onError: z
      .enum(['fail', 'continue', 'handle'])
      .default('fail')
      .describe(
        'fail: the run fails; continue: it goes on with `fallback`; handle: it goes on along the handle `error`',
      )
      .register(formHints, { isPrimary: true }),
    fallback: templateJson
      .optional()
      .describe('With `continue`: what the node gives when it failed')
      .register(formHints, { isPrimary: true, only: { key: 'onError', of: ['continue'] } }),
  })
  .describe('How long the node may take, whether it is tried again, kept, and what follows when it fails');
export type StepOptions = z.output<typeof stepSchema>;

const text: JsonSchema = { type: 'string' };

/** What `nodes.ID.error` is. Source: RFC 9457, and `ServiceError.problem()` of the runtime. */
export const problem: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'hint', 'node'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: text,
    retryable: { type: 'boolean' },
    hint: text,
    node: text,
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['node', 'index'],
        properties: { node: text, index: { type: 'integer' } },
      },
    },
  },
};

/** A problem in the body of a loop, which says in which rounds it was. */
const problemInLoop: JsonSchema = { ...problem, required: [...(problem.required ?? []), 'items'] };

/**
 * The types of a node's values with its step options: its fallback may stand in for the value, and an error is one.
 * @param inLoop whether the node stands in the body of a loop
 */
export function withStep(
  values: Readonly<Record<string, JsonSchema>>,
  step: StepOptions | undefined,
  inLoop: boolean,
): Readonly<Record<string, JsonSchema>> {
  if (step?.onError === 'handle') return { ...values, error: inLoop ? problemInLoop : problem };
  const { output } = values;
  if (step?.onError !== 'continue' || output === undefined || output === unknownSchema) return values;
  return fallbackFits(step, output) ? values : { ...values, output: { anyOf: [output, fallbackType(step)] } };
}

/** Whether a fallback is a value such as the node gives, with nothing in it of which the node's type does not know. */
export function fallbackFits({ fallback = null }: StepOptions, output: JsonSchema): boolean {
  const value = constantOf(fallback);
  return value !== undefined && misfit(value, output) === undefined && declares(output, value);
}

/** The value of what holds no expression; undefined of all else. */
function constantOf(value: TemplateJson): Json | undefined {
  if (value instanceof Template) return value.constant;
  if (typeof value !== 'object' || value === null) return value;
  if (!isConstant(value)) return undefined;
  if (isList(value)) return value.map((item) => constantOf(item) ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, constantOf(member) ?? null]));
}

function isList(value: TemplateJson): value is readonly TemplateJson[] {
  return Array.isArray(value);
}

/** Whether a schema has each member of a value under its name. */
function declares(schema: JsonSchema, value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const [items, { properties = {} }] = [itemsOf(schema), meaningOf(schema)];
  if (Array.isArray(value))
    return value.length === 0 || (items !== undefined && value.every((item: Json) => declares(items, item)));
  return Object.entries(value).every(([key, member]) => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return property !== undefined && declares(property, member);
  });
}

/** What is known of a fallback by itself. */
export function fallbackType({ fallback = null }: StepOptions): JsonSchema {
  const known = { schema: unknownSchema, certain: true };
  return typeOfTemplateJson(fallback, { input: unknownSchema, output: () => known });
}

/** Whether a value holds no expression. */
export function isConstant(value: TemplateJson): boolean {
  if (value instanceof Template) return value.constant !== undefined;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isConstant);
}
