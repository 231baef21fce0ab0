import * as z from 'zod';

import type { Json } from '../../../../core/workflow/index.ts';

/** A call of a function, its arguments as JSON text. */
export interface SaidCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface SaidUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  /** Parts of the prompt that were written to the cache; absent where none were. */
  readonly cache_write_tokens?: number | undefined;
  readonly cache_write_1h_tokens?: number | undefined;
}

/** What a model says in one answer, whichever API it goes over. */
export interface Said {
  readonly id: string;
  readonly model: string;
  readonly content: string | null;
  readonly refusal: string | null;
  readonly reasoning: string | null;
  readonly calls: readonly SaidCall[];
  readonly finishReason: string;
  readonly usage: SaidUsage;
  readonly annotations: readonly Json[];
  /** What compatible servers send beside the answer. */
  readonly extras: Readonly<Record<string, Json>>;
  readonly logprobs: readonly Json[];
}

export const noUsage: SaidUsage = {
  prompt_tokens: 0,
  completion_tokens: 0,
  total_tokens: 0,
  cached_tokens: 0,
  reasoning_tokens: 0,
};

/** The parts of a token count, as both of OpenAI's APIs send them. */
export const detailsSchema = z
  .looseObject({
    cached_tokens: z.int().nullish(),
    reasoning_tokens: z.int().nullish(),
    cache_write_tokens: z.int().nullish(),
  })
  .nullish();

/** What was written to the cache, where anything was. */
export function cacheWrites(
  counts: { readonly cache_write_tokens?: number | null | undefined } | null | undefined,
): Record<string, number> {
  const written = counts?.cache_write_tokens ?? 0;
  return written > 0 ? { cache_write_tokens: written } : {};
}

const call = z.looseObject({ id: z.string().optional(), name: z.string(), arguments: z.json() });
const count = z.int().min(0).catch(0);
const json = z.json();

/** The parts of a completion node's value that come from the wire; see `CompletionOf` in `runtime/python/app/llm/types.py`. */
const completionSchema = z.looseObject({
  id: z.string().catch(''),
  model: z.string().catch(''),
  content: z.string().nullable().catch(null),
  refusal: z.string().nullable().catch(null),
  reasoning: z.string().nullable().catch(null),
  parsed: json.nullish().catch(null),
  tool_calls: z.array(call).nullable().catch(null),
  function_call: call.nullable().catch(null),
  finish_reason: z.string().catch(''),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      total_tokens: count,
      cached_tokens: count,
      reasoning_tokens: count,
      cache_write_tokens: count.optional(),
      cache_write_1h_tokens: count.optional(),
    })
    .catch(noUsage),
  annotations: z.array(json).nullable().catch(null),
  extras: z.record(z.string(), json).nullable().catch(null),
  logprobs: z.array(json).nullable().catch(null),
});

const marks = ['content', 'tool_calls', 'function_call', 'refusal', 'parsed', 'finish_reason'];

/**
 * What a model has to say for a completion node to give this value: a completion as such a node gives it, a text, or any other
 * JSON, which then is the answer's text.
 */
export function saidFor(value: Json): Said {
  const isCompletion =
    typeof value === 'object' && value !== null && !Array.isArray(value) && marks.some((mark) => mark in value);
  const given = completionSchema.parse(
    isCompletion ? value : { content: typeof value === 'string' ? value : JSON.stringify(value) },
  );
  const calls = given.tool_calls ?? (given.function_call === null ? [] : [given.function_call]);
  const isSilent = given.content === null && given.refusal === null && calls.length === 0;
  const parsed = given.parsed ?? null;
  return {
    id: given.id || 'told',
    model: given.model,
    content: isSilent && parsed !== null ? JSON.stringify(parsed) : given.content,
    refusal: given.refusal,
    reasoning: given.reasoning,
    calls: calls.map((each, place) => ({
      id: each.id ?? `call_told_${place + 1}`,
      name: each.name,
      arguments: typeof each.arguments === 'string' ? each.arguments : JSON.stringify(each.arguments),
    })),
    finishReason: given.finish_reason || (calls.length > 0 ? 'tool_calls' : 'stop'),
    usage: given.usage,
    annotations: given.annotations ?? [],
    extras: given.extras ?? {},
    logprobs: given.logprobs ?? [],
  };
}

/** A text as it would have streamed: a few letters at a time, never apart within a character. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\s*\S{1,6}|\s+/gu) ?? [];
}
