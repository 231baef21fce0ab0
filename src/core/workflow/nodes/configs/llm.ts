import * as z from 'zod';

import { templateNumber, templateString } from '../../expressions/templateSchema.ts';
import { jsonSchemaSchema, unknownSchema, type JsonSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { messageSchema } from './prompt.ts';

/** The node's own default; OpenAI retired it on 2026-03-26, which `check` says wherever it is used. */
export const defaultModel = 'gpt-4-turbo-preview';

const functionSchema = z.strictObject({
  name: z.string().describe('1 to 64 letters, digits, _ or -'),
  description: z.string().optional().describe('Tells the model when to call it'),
  parameters: jsonSchemaSchema.optional().describe('JSON Schema of the arguments'),
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

function functionCallValue(functions: readonly z.output<typeof functionSchema>[]): JsonSchema {
  const [only] = functions;
  const known =
    functions.length === 1 && only?.parameters !== undefined ? only.parameters : { type: 'object' as const };
  return { type: 'object', required: ['name', 'arguments'], properties: { name: text, arguments: known } };
}

const configSchema = z.strictObject({
  model: templateString.prefault(defaultModel).describe('The name of the model'),
  messages: z
    .union([templateString, z.array(messageSchema).min(1)])
    .optional()
    .describe('The conversation: messages, or an expression that gives them'),
  prompt: templateString.optional().describe('A user message, instead of messages'),
  systemPrompt: templateString.optional().describe('A system message that goes before the prompt or the messages'),
  maxTokens: templateNumber(z.int().min(1)).optional().describe('The most tokens the answer may have'),
  temperature: templateNumber(z.number()).optional().describe('0 (focused) to 2 (random)'),
  responseFormat: z
    .enum(['text', 'json_object'])
    .default('text')
    .describe('json_object: the answer is JSON, parsed for you; some message must say so'),
  functions: z.array(functionSchema).default([]).describe('Functions that the model may ask to be called'),
  functionCall: z
    .union([z.enum(['auto', 'none']), z.strictObject({ name: z.string() })])
    .optional()
    .describe('auto, none, or the function that must be called'),
});

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
    const functionCall = functionCallValue(config.functions);
    return {
      output: {
        type: 'object',
        required: [
          'content',
          'function_call',
          'tool_calls',
          'parsed',
          'refusal',
          'finish_reason',
          'model',
          'id',
          'usage',
          'cost_usd',
          'timing',
        ],
        properties: {
          content: config.functions.length > 0 ? { type: ['string', 'null'] } : text,
          function_call: { ...functionCall, type: ['object', 'null'] },
          tool_calls: {
            type: 'array',
            items: {
              type: 'object',
              required: ['id', 'name', 'arguments'],
              properties: { id: text, name: text, arguments: unknownSchema },
            },
          },
          parsed: unknownSchema,
          refusal: { type: ['string', 'null'] },
          finish_reason: text,
          model: text,
          id: text,
          usage: usageValue,
          cost_usd: { type: ['number', 'null'] },
          timing: {
            type: 'object',
            required: ['first_token_ms', 'total_ms'],
            properties: { first_token_ms: { type: ['number', 'null'] }, total_ms: { type: 'number' } },
          },
        },
      },
      function_call: functionCall,
    };
  },
  ways: (connected) => (connected.has('function_call') ? [['output', 'stream'], ['function_call']] : undefined),
});
