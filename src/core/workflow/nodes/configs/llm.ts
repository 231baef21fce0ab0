import * as z from 'zod';

import { templateJson, templateNumber, templateString } from '../../expressions/templateSchema.ts';
import { unknownSchema, type JsonSchema } from '../../jsonSchema.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';
import { defineNode } from '../definition.ts';
import { conversationSchema } from './prompt.ts';

/** The node's own default; OpenAI retired it on 2026-03-26, which `check` says wherever it is used. */
export const defaultModel = 'gpt-4-turbo-preview';

const functionSchema = z.strictObject({
  name: z.string().describe('1 to 64 letters, digits, _ or -'),
  description: z.string().optional().describe('Tells the model when to call it'),
  parameters: wholeSchema.optional().describe('JSON Schema of the arguments'),
});

const count: JsonSchema = { type: 'integer' };
const text: JsonSchema = { type: 'string' };

const usageValue: JsonSchema = {
  type: 'object',
  required: ['prompt_tokens', 'completion_tokens', 'total_tokens', 'cached_tokens', 'reasoning_tokens'],
  properties: {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    cached_tokens: count,
    reasoning_tokens: count,
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

function functionCallValue(functions: readonly z.output<typeof functionSchema>[]): JsonSchema {
  const [only] = functions;
  const known =
    functions.length === 1 && only?.parameters !== undefined ? only.parameters : { type: 'object' as const };
  return { type: 'object', required: ['name', 'arguments'], properties: { name: text, arguments: known } };
}

const seconds = z.number().positive();

/** A JSON schema that the answer has to fit; source: https://platform.openai.com/docs/guides/structured-outputs */
const jsonSchemaFormat = z.strictObject({
  type: z.literal('json_schema'),
  name: z.string().default('answer').describe('1 to 64 letters, digits, _ or -'),
  schema: wholeSchema.describe('JSON Schema of the answer'),
  strict: z
    .boolean()
    .optional()
    .describe('The model is held to the schema, which then has to be a strict one; left out: where it can be'),
});

const functionChoice = z.strictObject({ name: z.string() });

const configSchema = z.strictObject({
  model: templateString.prefault(defaultModel).describe('The name of the model'),
  baseModel: z
    .string()
    .optional()
    .describe('The model of the catalog that a deployment or an alias stands for; it is not sent'),
  messages: z
    .union([templateString, conversationSchema])
    .optional()
    .describe('The conversation: messages, or an expression that gives them'),
  prompt: templateString.optional().describe('A user message, instead of messages'),
  systemPrompt: templateString.optional().describe('A system message that goes before the prompt or the messages'),
  maxTokens: templateNumber(z.int().min(1)).optional().describe('The most tokens the answer may have'),
  temperature: templateNumber(z.number()).optional().describe('0 (focused) to 2 (random)'),
  topP: templateNumber(z.number()).optional().describe('Only the most likely tokens, up to this share: 0 to 1'),
  stop: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Up to four texts at which the answer ends'),
  seed: z.int().optional().describe('The same seed tends to give the same answer'),
  presencePenalty: z.number().optional().describe('-2 to 2: above 0, new topics are likelier'),
  frequencyPenalty: z.number().optional().describe('-2 to 2: above 0, repetition is less likely'),
  logprobs: z.boolean().optional().describe('Give the probabilities of the tokens along'),
  topLogprobs: z.int().min(0).max(20).optional().describe('How many alternatives to each token; needs logprobs'),
  logitBias: z.record(z.string(), z.number()).optional().describe('By token id: -100 (never) to 100 (always)'),
  user: templateString.optional().describe('An identifier of your user; safetyIdentifier follows it'),
  safetyIdentifier: templateString.optional().describe('A hash that stands for your user, for abuse reports'),
  serviceTier: z
    .enum(['auto', 'default', 'flex', 'priority', 'scale'])
    .optional()
    .describe('How the call is processed'),
  store: z.boolean().optional().describe('OpenAI keeps the answer for evaluation'),
  metadata: z.record(z.string(), templateString).optional().describe('Up to 16 values that are kept with the answer'),
  reasoningEffort: z
    .enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'])
    .optional()
    .describe('How long a reasoning model thinks'),
  verbosity: z.enum(['low', 'medium', 'high']).optional().describe('How much the model says'),
  prediction: templateString.optional().describe('Text that the answer is likely to repeat, which makes it faster'),
  promptCacheKey: templateString.optional().describe('Calls with the same key share cached prompts'),
  promptCacheRetention: z.enum(['in_memory', '24h']).optional().describe('How long a cached prompt is kept'),
  responseFormat: z
    .union([z.enum(['text', 'json_object']), jsonSchemaFormat])
    .default('text')
    .describe('json_object: the answer is JSON, some message must say so; json_schema: it fits a schema'),
  functions: z.array(functionSchema).default([]).describe('Functions that the model may ask to be called'),
  functionCall: z
    .union([z.enum(['auto', 'none']), functionChoice])
    .optional()
    .describe('auto, none, or the function that must be called'),
  tools: z
    .array(functionSchema.extend({ strict: z.boolean().optional().describe('Arguments are held to the schema') }))
    .default([])
    .describe('What functions are called today; newer models take only these'),
  toolChoice: z
    .union([z.enum(['auto', 'none', 'required']), functionChoice])
    .optional()
    .describe('auto, none, required, or the tool that must be called'),
  parallelToolCalls: z.boolean().optional().describe('Whether one answer may ask for several calls'),
  maxToolRounds: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('How often the model may ask for connected tools before it has to answer'),
  timeout: z
    .union([
      seconds,
      z.strictObject({
        connect: seconds.optional(),
        firstByte: seconds.optional(),
        idle: seconds.optional(),
        total: seconds.optional(),
      }),
    ])
    .optional()
    .describe('Seconds for the whole call, or for its phases'),
  maxRetries: z.int().min(0).max(10).optional().describe('How often a call that failed is tried again'),
  extra: z.record(z.string(), templateJson).optional().describe('Further parameters of the API by their wire names'),
  api: z
    .enum(['chat', 'responses', 'auto'])
    .default('auto')
    .describe('The API that is called; auto: Chat Completions, Responses where the model needs it'),
});

/** Whether the model may ask for a call of a declared function instead of answering: there is then no text, and no JSON. */
export function mayAnswerWithCall({ functions, tools }: z.output<typeof configSchema>): boolean {
  return functions.length > 0 || tools.length > 0;
}

function orNull(schema: JsonSchema, isNullable: boolean): JsonSchema {
  return isNullable ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const nullableText: JsonSchema = { type: ['string', 'null'] };
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
  'finish_reason',
  'model',
  'id',
  'logprobs',
  'usage',
  'cost_usd',
  'timing',
];

export const openaiCompletion = defineNode({
  type: 'openaiCompletion',
  category: 'llm',
  name: 'OpenAI',
  description: 'OpenAI GPT completion with function calling',
  icon: 'Bot',
  color: 'bg-purple-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [
    { id: 'output', name: 'Response', type: 'default' },
    { id: 'stream', name: 'Stream', type: 'stream' },
    { id: 'function_call', name: 'Function Call', type: 'conditional' },
  ],
  defaultConfig: {
    model: defaultModel,
    maxTokens: 4096,
    temperature: 0.7,
    responseFormat: 'text',
    functions: [],
  },
  configSchema,
  supportsStreaming: true,
  role: 'step',
  values: (config) => {
    const callable = [...config.functions, ...config.tools];
    const functionCall = functionCallValue(callable);
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
          finish_reason: text,
          model: text,
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
  },
  shared: () => undefined,
  ways: (connected) => (connected.has('function_call') ? [['output', 'stream'], ['function_call']] : undefined),
});
