import type { JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { component } from './publicSchema.ts';
import { anything, count, listOf, objectOf, text } from './schemas.ts';

/* What services send in OpenAI's language: https://platform.openai.com/docs/api-reference */

const textOrNull: JsonSchema = { type: ['string', 'null'] };

/** What functions may be called. */
export const functionName: JsonSchema = { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' };

/** A call of a function, as messages have it. */
export const callOfTool = objectOf({
  id: text,
  type: { const: 'function' },
  function: objectOf({ name: functionName, arguments: text }),
});

const chatUsage = objectOf({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: objectOf({ cached_tokens: count, cache_write_tokens: count }),
  completion_tokens_details: objectOf({ reasoning_tokens: count }),
});

function ofChat(kind: string, choice: JsonSchema, usage: JsonSchema, ...optional: readonly string[]): JsonSchema {
  const head = { id: text, object: { const: kind }, created: count, model: text };
  return objectOf({ ...head, choices: listOf(choice), usage }, ...optional);
}

const reasons = ['stop', 'length', 'content_filter', 'tool_calls'];

const chatMessage = objectOf(
  {
    role: { const: 'assistant' },
    content: textOrNull,
    refusal: { type: 'null' },
    annotations: listOf(anything),
    tool_calls: listOf(component('ChatCompletionToolCall')),
  },
  'tool_calls',
);

const chatDelta = objectOf(
  {
    role: { const: 'assistant' },
    content: text,
    refusal: { type: 'null' },
    reasoning_content: text,
    tool_calls: listOf(
      objectOf(
        {
          index: count,
          id: text,
          type: { const: 'function' },
          function: objectOf({ name: text, arguments: text }, 'name'),
        },
        'id',
        'type',
      ),
    ),
  },
  'role',
  'content',
  'refusal',
  'reasoning_content',
  'tool_calls',
);

const itemPlace = { item_id: text, output_index: count };

/** The events of the Responses API that a run has, and what each has beyond its type and its number. */
const responseEvents: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  'response.created': { response: component('ModelResponse') },
  'response.in_progress': { response: component('ModelResponse') },
  'response.output_item.added': { output_index: count, item: component('ResponseItem') },
  'response.content_part.added': { ...itemPlace, content_index: count, part: component('ResponseText') },
  'response.output_text.delta': { ...itemPlace, content_index: count, delta: text, logprobs: listOf(anything) },
  'response.output_text.done': { ...itemPlace, content_index: count, text, logprobs: listOf(anything) },
  'response.content_part.done': { ...itemPlace, content_index: count, part: component('ResponseText') },
  'response.function_call_arguments.delta': { ...itemPlace, delta: text },
  'response.function_call_arguments.done': { ...itemPlace, name: text, arguments: text },
  'response.output_item.done': { output_index: count, item: component('ResponseItem') },
  'response.completed': { response: component('ModelResponse') },
  'response.incomplete': { response: component('ModelResponse') },
  'response.failed': { response: component('ModelResponse') },
};

const status = { enum: ['in_progress', 'completed'] };

/** Everything that is sent, by the names that OpenAI's own document has for it, or that go with these. */
export const openaiAnswers: Readonly<Record<string, JsonSchema>> = {
  ChatCompletion: ofChat(
    'chat.completion',
    objectOf({ index: count, message: chatMessage, logprobs: { type: 'null' }, finish_reason: { enum: reasons } }),
    chatUsage,
  ),
  ChatCompletionToolCall: callOfTool,
  ChatCompletionChunk: ofChat(
    'chat.completion.chunk',
    objectOf({
      index: count,
      delta: chatDelta,
      logprobs: { type: 'null' },
      finish_reason: { enum: [...reasons, null] },
    }),
    { anyOf: [chatUsage, { type: 'null' }] },
    'usage',
  ),
  ModelResponse: objectOf(
    {
      id: text,
      object: { const: 'response' },
      created_at: count,
      status: { enum: ['in_progress', 'completed', 'incomplete', 'failed'] },
      error: { anyOf: [objectOf({ code: text, message: text }), { type: 'null' }] },
      incomplete_details: { anyOf: [objectOf({ reason: text }), { type: 'null' }] },
      instructions: textOrNull,
      metadata: { type: 'object' },
      model: text,
      output: listOf(component('ResponseItem')),
      parallel_tool_calls: { type: 'boolean' },
      temperature: { type: 'null' },
      tool_choice: text,
      tools: listOf(anything),
      top_p: { type: 'null' },
      usage: objectOf({
        input_tokens: count,
        input_tokens_details: objectOf({ cached_tokens: count, cache_write_tokens: count }),
        output_tokens: count,
        output_tokens_details: objectOf({ reasoning_tokens: count }),
        total_tokens: count,
      }),
    },
    'usage',
  ),
  ResponseText: objectOf({
    type: { const: 'output_text' },
    text,
    annotations: listOf(anything),
    logprobs: listOf(anything),
  }),
  ResponseMessage: objectOf({
    id: text,
    type: { const: 'message' },
    status,
    role: { const: 'assistant' },
    content: listOf(component('ResponseText')),
  }),
  ResponseFunctionCall: objectOf({
    id: text,
    type: { const: 'function_call' },
    status,
    call_id: text,
    name: text,
    arguments: text,
  }),
  ResponseItem: { anyOf: [component('ResponseMessage'), component('ResponseFunctionCall')] },
  ResponseStreamEvent: {
    anyOf: Object.entries(responseEvents).map(([type, more]) =>
      objectOf({ type: { const: type }, ...more, sequence_number: count }),
    ),
  },
  Model: objectOf({ id: text, object: { const: 'model' }, created: count, owned_by: text }),
  ModelList: objectOf({ object: { const: 'list' }, data: listOf(component('Model')) }),
  OpenAIError: objectOf({ error: objectOf({ message: text, type: text, param: textOrNull, code: textOrNull }) }),
};
