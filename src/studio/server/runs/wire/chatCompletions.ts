import * as z from 'zod';

import type { Json } from '../../../../core/workflow/index.ts';
import { cacheWrites, detailsSchema as details, noUsage, piecesOf, type Said, type SaidCall } from './said.ts';

/** What of a request its answer depends on. */
const requestSchema = z.looseObject({
  model: z.string().catch(''),
  functions: z.array(z.json()).optional().catch(undefined),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish().catch(undefined),
});

const created = 0;

/** The answer to a request in one piece. https://platform.openai.com/docs/api-reference/chat/object */
export function wholeChatAnswer(said: Said, request: unknown): Json {
  const { model, functions } = requestSchema.parse(request);
  const calls = said.calls.map((call) => ({ id: call.id, type: 'function', function: functionOf(call) }));
  const [first] = said.calls;
  return {
    id: said.id,
    object: 'chat.completion',
    created,
    model: said.model || model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: said.content,
          refusal: said.refusal,
          ...(said.reasoning !== null && { reasoning_content: said.reasoning }),
          ...(said.annotations.length > 0 && { annotations: [...said.annotations] }),
          ...(first !== undefined && (functions ? { function_call: functionOf(first) } : { tool_calls: calls })),
        },
        logprobs: said.logprobs.length > 0 ? { content: [...said.logprobs], refusal: null } : null,
        finish_reason: said.finishReason,
      },
    ],
    usage: wireUsage(said),
    ...said.extras,
  };
}

/** The data of the events of a streamed answer; the last is `[DONE]`. https://platform.openai.com/docs/api-reference/chat/streaming */
export function* chatEvents(said: Said, request: unknown): Generator<string> {
  const { model, functions, stream_options: options } = requestSchema.parse(request);
  const head = { id: said.id, object: 'chat.completion.chunk', created, model: said.model || model };
  const chunk = (delta: Json, more: Record<string, Json> = {}): string =>
    JSON.stringify({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: null, ...more }] });
  yield chunk({ role: 'assistant', content: '', refusal: null });
  for (const piece of piecesOf(said.reasoning ?? '')) yield chunk({ reasoning_content: piece });
  let logprobs: Json = said.logprobs.length > 0 ? { content: [...said.logprobs], refusal: null } : null;
  for (const piece of piecesOf(said.content ?? '')) {
    yield chunk({ content: piece }, { logprobs });
    logprobs = null;
  }
  for (const piece of piecesOf(said.refusal ?? '')) yield chunk({ refusal: piece });
  for (const [index, call] of said.calls.entries()) {
    yield functions
      ? chunk({ function_call: { name: call.name, arguments: '' } })
      : chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] });
    for (const piece of piecesOf(call.arguments)) {
      yield functions
        ? chunk({ function_call: { arguments: piece } })
        : chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  if (said.annotations.length > 0) yield chunk({ annotations: [...said.annotations] });
  yield JSON.stringify({
    ...head,
    choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: said.finishReason }],
    ...said.extras,
  });
  if (options?.include_usage) yield JSON.stringify({ ...head, choices: [], usage: wireUsage(said) });
  yield '[DONE]';
}

function functionOf({ name, arguments: text }: SaidCall): { name: string; arguments: string } {
  return { name, arguments: text };
}

function wireUsage({ usage }: Said): Json {
  const { prompt_tokens, completion_tokens, total_tokens, cached_tokens, reasoning_tokens } = usage;
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens,
    prompt_tokens_details: { cached_tokens, ...cacheWrites(usage) },
    completion_tokens_details: { reasoning_tokens },
  };
}

const text = z.string().nullish();
const functionPart = z.looseObject({ name: text, arguments: text });
const messagePart = z.looseObject({
  content: text,
  refusal: text,
  reasoning_content: text,
  reasoning: text,
  annotations: z.array(z.json()).nullish(),
  tool_calls: z
    .array(z.looseObject({ index: z.int().optional(), id: text, function: functionPart.optional() }))
    .nullish(),
  function_call: functionPart.nullish(),
});
const chunkSchema = z.looseObject({
  id: text,
  model: text,
  choices: z
    .array(
      z.looseObject({
        index: z.int().optional(),
        delta: messagePart.nullish(),
        message: messagePart.nullish(),
        logprobs: z.looseObject({ content: z.array(z.json()).nullish() }).nullish(),
        finish_reason: text,
      }),
    )
    .default([]),
  usage: z
    .looseObject({
      prompt_tokens: z.int(),
      completion_tokens: z.int(),
      total_tokens: z.int().optional(),
      prompt_tokens_details: details,
      completion_tokens_details: details,
    })
    .nullish(),
  error: z.json().optional(),
  citations: z.array(z.json()).nullish(),
  search_results: z.array(z.json()).nullish(),
  images: z.array(z.json()).nullish(),
});

/** What an answer says, from its one object or from the data of its events; undefined where it did not come to its end. */
export function readChatAnswer(parts: readonly unknown[]): Said | undefined {
  const calls: { id: string; name: string; arguments: string }[] = [];
  const said = { id: '', model: '', content: '', refusal: '', reasoning: '', finishReason: '' };
  const [annotations, logprobs]: [Json[], Json[]] = [[], []];
  const extras: Record<string, Json> = {};
  let usage = noUsage;
  for (const part of parts) {
    const parsed = chunkSchema.safeParse(part);
    if (!parsed.success || parsed.data.error !== undefined) return undefined;
    const { id, model, choices, usage: counts } = parsed.data;
    said.id ||= id ?? '';
    said.model ||= model ?? '';
    if (counts) usage = usageOf(counts);
    for (const name of ['citations', 'search_results', 'images'] as const) {
      const sent = parsed.data[name];
      if (sent && sent.length > 0) extras[name] = sent;
    }
    const choice = choices.find(({ index }) => !index);
    if (choice === undefined) continue;
    said.finishReason ||= choice.finish_reason ?? '';
    logprobs.push(...(choice.logprobs?.content ?? []));
    const message = choice.delta ?? choice.message;
    if (!message) continue;
    said.content += message.content ?? '';
    said.refusal += message.refusal ?? '';
    said.reasoning += message.reasoning_content ?? message.reasoning ?? '';
    annotations.push(...(message.annotations ?? []));
    const deltas =
      message.tool_calls ?? (message.function_call ? [{ index: 0, id: null, function: message.function_call }] : []);
    for (const [place, delta] of deltas.entries()) {
      const call = (calls[delta.index ?? place] ??= { id: '', name: '', arguments: '' });
      call.id ||= delta.id ?? '';
      call.name ||= delta.function?.name ?? '';
      call.arguments += delta.function?.arguments ?? '';
    }
  }
  if (said.finishReason === '') return undefined;
  const { content, refusal, reasoning, ...rest } = said;
  return {
    ...rest,
    content: content || null,
    refusal: refusal || null,
    reasoning: reasoning || null,
    calls,
    usage,
    annotations,
    extras,
    logprobs,
  };
}

function usageOf(counts: NonNullable<z.output<typeof chunkSchema>['usage']>): Said['usage'] {
  const { prompt_tokens: prompt, completion_tokens: completion } = counts;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: counts.total_tokens ?? prompt + completion,
    cached_tokens: counts.prompt_tokens_details?.cached_tokens ?? 0,
    reasoning_tokens: counts.completion_tokens_details?.reasoning_tokens ?? 0,
    ...cacheWrites(counts.prompt_tokens_details),
  };
}
