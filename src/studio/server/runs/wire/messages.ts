import * as z from 'zod';

import type { Json } from '../../../../core/workflow/index.ts';
import { noUsage, piecesOf, type Said, type SaidCall } from './said.ts';

type Block = { readonly type: string } & { readonly [key: string]: Json };
type Event = { readonly type: string } & { readonly [key: string]: Json };

const requestSchema = z.looseObject({ model: z.string().catch('') });

/** Reasons to end by the names of Chat Completions, and by the API's own. */
const stopReasons: ReadonlyMap<string, string> = new Map([
  ['stop', 'end_turn'],
  ['length', 'max_tokens'],
  ['tool_calls', 'tool_use'],
  ['function_call', 'tool_use'],
  ['content_filter', 'refusal'],
]);
const finishReasons: ReadonlyMap<string, string> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['tool_use', 'tool_calls'],
  ['refusal', 'content_filter'],
]);

/** The answer to a request in one piece. https://platform.claude.com/docs/en/api/messages/create */
export function wholeMessage(said: Said, request: unknown): Json {
  return { ...messageHead(said, request), content: blocksOf(said), ...end(said), usage: wireUsage(said) };
}

/** The events of a streamed answer. https://platform.claude.com/docs/en/build-with-claude/streaming */
export function* messageEvents(said: Said, request: unknown): Generator<Event> {
  const usage = wireUsage(said);
  const begun = { ...messageHead(said, request), content: [], stop_reason: null, stop_sequence: null, usage };
  yield { type: 'message_start', message: begun };
  for (const [index, block] of blocksOf(said).entries()) {
    yield { type: 'content_block_start', index, content_block: announced(block) };
    for (const delta of deltasOf(block, said)) yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  yield { type: 'message_delta', delta: end(said), usage };
  yield { type: 'message_stop' };
}

function messageHead(said: Said, request: unknown): Record<string, Json> {
  const { model } = requestSchema.parse(request);
  return { id: said.id, type: 'message', role: 'assistant', model: said.model || model };
}

function end({ finishReason, refusal }: Said): Record<string, Json> {
  const reason = refusal === null ? (stopReasons.get(finishReason) ?? finishReason) : 'refusal';
  const details: Json = reason === 'refusal' ? { type: 'refusal', category: null, explanation: refusal } : null;
  return { stop_reason: reason, stop_sequence: null, stop_details: details };
}

function blocksOf({ reasoning, content, annotations, calls }: Said): Block[] {
  const blocks: Block[] = [];
  if (reasoning !== null) blocks.push({ type: 'thinking', thinking: reasoning, signature: '' });
  if (content !== null) {
    const citations = annotations.length > 0 && { citations: [...annotations] };
    blocks.push({ type: 'text', text: content, ...citations });
  }
  blocks.push(...calls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: inputOf(call) })));
  return blocks;
}

/** Arguments have to be an object; what cannot be is sent as the API's documentation has it. */
function inputOf({ arguments: text }: SaidCall): Json {
  try {
    const value = JSON.parse(text || '{}') as Json;
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  return { INVALID_JSON: text };
}

function announced(block: Block): Json {
  if (block.type === 'text') return { type: 'text', text: '' };
  return block.type === 'thinking' ? { type: 'thinking', thinking: '', signature: '' } : { ...block, input: {} };
}

function* deltasOf(block: Block, { reasoning, content, annotations, calls }: Said): Generator<Json> {
  if (block.type === 'thinking') {
    for (const thinking of piecesOf(reasoning ?? '')) yield { type: 'thinking_delta', thinking };
  } else if (block.type === 'text') {
    for (const text of piecesOf(content ?? '')) yield { type: 'text_delta', text };
    for (const citation of annotations) yield { type: 'citations_delta', citation };
  } else {
    const call = calls.find(({ id }) => id === block['id']);
    for (const partial of piecesOf(call?.arguments ?? '')) yield { type: 'input_json_delta', partial_json: partial };
  }
}

function wireUsage({ usage }: Said): Json {
  const { prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens } = usage;
  const { cache_write_tokens: written = 0, cache_write_1h_tokens: forAnHour = 0 } = usage;
  return {
    input_tokens: Math.max(0, prompt_tokens - cached_tokens - written),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: cached_tokens,
    cache_creation: { ephemeral_5m_input_tokens: written - forAnHour, ephemeral_1h_input_tokens: forAnHour },
    output_tokens: completion_tokens,
    output_tokens_details: { thinking_tokens: reasoning_tokens },
  };
}

const text = z.string().nullish();
const count = z.int().nullish();
const blockSchema = z.looseObject({
  type: z.string(),
  text,
  thinking: text,
  id: text,
  name: text,
  input: z.json().optional(),
  citations: z.array(z.json()).nullish(),
});
const usageSchema = z.looseObject({
  input_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  cache_creation: z.looseObject({ ephemeral_1h_input_tokens: count }).nullish(),
  output_tokens: count,
  output_tokens_details: z.looseObject({ thinking_tokens: count }).nullish(),
});
const endSchema = { stop_reason: text, stop_details: z.looseObject({ explanation: text }).nullish() };
const messageSchema = z.looseObject({
  type: z.literal('message'),
  id: z.string().catch(''),
  model: z.string().catch(''),
  content: z.array(blockSchema),
  ...endSchema,
  usage: usageSchema.nullish(),
});
const deltaSchema = z.looseObject({
  text,
  thinking: text,
  partial_json: text,
  citation: z.json().optional(),
  ...endSchema,
});
const eventSchema = z.looseObject({
  type: z.string(),
  index: z.int().optional(),
  message: messageSchema.optional(),
  content_block: blockSchema.optional(),
  delta: deltaSchema.optional(),
  usage: usageSchema.nullish(),
});
type Message = z.output<typeof messageSchema>;

/** What an answer says, from its one object or from the data of its events; undefined where it did not come to its end. */
export function readMessage(parts: readonly unknown[]): Said | undefined {
  const [only] = parts;
  const whole = messageSchema.safeParse(only);
  const message = whole.success ? whole.data : messageOfEvents(parts);
  if (!message?.stop_reason) return undefined;
  const { id, model, content, stop_reason: reason, stop_details: details, usage } = message;
  const joined = (type: string, field: 'text' | 'thinking', between: string): string | null =>
    content.flatMap((block) => (block.type === type ? (block[field] ?? '') : [])).join(between) || null;
  return {
    id,
    model,
    content: joined('text', 'text', ''),
    refusal: reason === 'refusal' ? (details?.explanation ?? 'The model declined to answer.') : null,
    reasoning: joined('thinking', 'thinking', '\n\n'),
    calls: content.flatMap((block, place) =>
      block.type === 'tool_use'
        ? [{ id: block.id ?? `call_${place}`, name: block.name ?? '', arguments: argumentsOf(block.input) }]
        : [],
    ),
    finishReason: finishReasons.get(reason) ?? reason,
    usage: usage ? usageOf(usage) : noUsage,
    annotations: content.flatMap((block) => block.citations ?? []),
    extras: {},
    logprobs: [],
  };
}

/** The message that events have built up; undefined where they break off. */
function messageOfEvents(parts: readonly unknown[]): Message | undefined {
  let message: Message | undefined;
  const blocks = new Map<number, { block: Message['content'][number]; input: string }>();
  for (const part of parts) {
    const parsed = eventSchema.safeParse(part);
    if (!parsed.success || parsed.data.type === 'error') return undefined;
    const { type, index = 0, delta, content_block: started, usage } = parsed.data;
    const open = blocks.get(index);
    if (type === 'message_start') message = parsed.data.message;
    else if (type === 'content_block_start' && started !== undefined) blocks.set(index, { block: started, input: '' });
    else if (type === 'content_block_delta' && open !== undefined && delta !== undefined) {
      open.block = withDelta(open.block, delta);
      open.input += delta.partial_json ?? '';
    } else if (type === 'message_delta' && message !== undefined) {
      message = { ...message, ...delta, ...(usage && { usage: { ...message.usage, ...usage } }) };
    } else if (type === 'message_stop' && message !== undefined) {
      const content = [...blocks.values()].map(({ block, input }) => (input === '' ? block : { ...block, input }));
      return { ...message, content };
    }
  }
  return undefined;
}

function withDelta(block: Message['content'][number], delta: z.output<typeof deltaSchema>): Message['content'][number] {
  return {
    ...block,
    text: (block.text ?? '') + (delta.text ?? ''),
    thinking: (block.thinking ?? '') + (delta.thinking ?? ''),
    citations: [...(block.citations ?? []), ...(delta.citation === undefined ? [] : [delta.citation])],
  };
}

/** As JSON text: an object where it came in one piece, a text where it came in many. */
function argumentsOf(input: Json | undefined): string {
  return typeof input === 'string' ? input : JSON.stringify(input ?? {});
}

function usageOf(counts: z.output<typeof usageSchema>): Said['usage'] {
  const [written, cached] = [counts.cache_creation_input_tokens ?? 0, counts.cache_read_input_tokens ?? 0];
  const prompt = (counts.input_tokens ?? 0) + written + cached;
  const completion = counts.output_tokens ?? 0;
  const forAnHour = counts.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    cached_tokens: cached,
    reasoning_tokens: counts.output_tokens_details?.thinking_tokens ?? 0,
    ...(written > 0 && { cache_write_tokens: written }),
    ...(forAnHour > 0 && { cache_write_1h_tokens: forAnHour }),
  };
}
