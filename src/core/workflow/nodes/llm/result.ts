import { unknownSchema, type JsonSchema } from '../../jsonSchema.ts';
import type { AskedConfig } from './config.ts';
import { mayAnswerWithCall, type FunctionDeclaration } from './tools.ts';

const count: JsonSchema = { type: 'integer' };
const text: JsonSchema = { type: 'string' };

export const usageValue: JsonSchema = {
  type: 'object',
  required: ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cached_tokens', 'reasoning_tokens'],
  properties: {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cached_tokens: count,
    reasoning_tokens: count,
    cache_write_tokens: count,
  },
};

const tokenValue = {
  type: 'object',
  required: ['token', 'logprob', 'bytes'],
  properties: { token: text, logprob: { type: 'number' }, bytes: { type: ['array', 'null'], items: count } },
} satisfies JsonSchema;

/** A token of the answer each, with its alternatives; null when the model wrote no text. */
const logprobsValue: JsonSchema = {
  type: ['array', 'null'],
  items: {
    ...tokenValue,
    required: [...tokenValue.required, 'top_logprobs'],
    properties: { ...tokenValue.properties, top_logprobs: { type: 'array', items: tokenValue } },
  },
};

function functionCallValue(functions: readonly FunctionDeclaration[]): JsonSchema {
  const [only] = functions;
  const known =
    functions.length === 1 && only?.parameters !== undefined ? only.parameters : { type: 'object' as const };
  return { type: 'object', required: ['name', 'arguments'], properties: { name: text, arguments: known } };
}

function orNull(schema: JsonSchema, isNullable: boolean): JsonSchema {
  return isNullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const nullableText: JsonSchema = { type: ['string', 'null'] };
/** As the servers have them, which differs. */
const annotationsValue: JsonSchema = { type: ['array', 'null'], items: { type: 'object' } };
const extrasValue: JsonSchema = {
  type: ['object', 'null'],
  properties: {
    citations: unknownSchema,
    search_results: unknownSchema,
    images: unknownSchema,
    prompt_filter_results: unknownSchema,
    content_filter_results: unknownSchema,
  },
};
const nullableNumber: JsonSchema = { type: ['number', 'null'] };
const toolCallsValue: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['id', 'name', 'arguments'],
    properties: { id: text, name: text, arguments: unknownSchema },
  },
};
const timingValue: JsonSchema = {
  type: 'object',
  required: ['first_token_ms', 'total_ms'],
  properties: { first_token_ms: nullableNumber, total_ms: { type: 'number' } },
};
const resultKeys = [
  'content',
  'function_call',
  'tool_calls',
  'parsed',
  'refusal',
  'reasoning',
  'annotations',
  'extras',
  'finish_reason',
  'model',
  'provider',
  'id',
  'logprobs',
  'usage',
  'cost_usd',
  'timing',
];

/** The types of what a model node leaves at its handles: the same of every provider. */
export function completionValues(config: AskedConfig): Readonly<Record<'output' | 'function_call', JsonSchema>> {
  const functionCall = functionCallValue([...config.functions, ...config.tools]);
  const hasCalls = mayAnswerWithCall(config);
  const format = config.responseFormat;
  return {
    output: {
      type: 'object',
      required: resultKeys,
      properties: {
        content: hasCalls ? nullableText : text,
        function_call: { ...functionCall, type: ['object', 'null'] },
        tool_calls: toolCallsValue,
        parsed: typeof format === 'object' ? orNull(format.schema, hasCalls) : unknownSchema,
        refusal: nullableText,
        reasoning: nullableText,
        annotations: annotationsValue,
        extras: extrasValue,
        finish_reason: text,
        model: text,
        provider: text,
        id: text,
        // Further parameters can ask for them too.
        logprobs: config.logprobs === true || config.extra !== undefined ? logprobsValue : { type: 'null' },
        usage: usageValue,
        cost_usd: nullableNumber,
        timing: timingValue,
      },
    },
    function_call: functionCall,
  };
}

const routeValue: JsonSchema = {
  type: 'object',
  required: ['provider', 'model', 'reason', 'attempts'],
  properties: {
    provider: text,
    model: text,
    reason: text,
    attempts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['provider', 'model', 'error'],
        properties: { provider: text, model: text, error: nullableText },
      },
    },
  },
};

/** The same of a router, which says who has answered. */
export function routedValues(config: AskedConfig): ReturnType<typeof completionValues> {
  const values = completionValues(config);
  const properties = { ...values.output.properties, route: routeValue };
  return { ...values, output: { ...values.output, required: [...resultKeys, 'route'], properties } };
}
