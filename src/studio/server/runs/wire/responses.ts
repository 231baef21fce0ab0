import * as z from 'zod';

import type { Json } from '../../../../core/workflow/index.ts';
import { cacheWrites, detailsSchema as details, noUsage, piecesOf, type Said, type SaidCall } from './said.ts';

type Item = { readonly id: string; readonly type: string } & { readonly [key: string]: Json };
type Event = { readonly type: string } & { readonly [key: string]: Json };

const requestSchema = z.looseObject({ model: z.string().catch('') });

/** The answer to a request in one piece. https://platform.openai.com/docs/api-reference/responses/object */
export function wholeResponse(said: Said, request: unknown): Json {
  return { ...responseHead(said, request), ...end(said), output: itemsOf(said), usage: wireUsage(said) };
}

/** The events of a streamed answer. https://platform.openai.com/docs/api-reference/responses-streaming */
export function* responseEvents(said: Said, request: unknown): Generator<Event> {
  const begun = { ...responseHead(said, request), status: 'in_progress', output: [], usage: null };
  let number = 0;
  const numbered = (event: Event): Event => ({ ...event, sequence_number: number++ });
  yield numbered({ type: 'response.created', response: begun });
  yield numbered({ type: 'response.in_progress', response: begun });
  for (const [index, item] of itemsOf(said).entries()) {
    yield numbered({ type: 'response.output_item.added', output_index: index, item: announced(item) });
    for (const event of insideOf(item, { item_id: item.id, output_index: index }, said)) yield numbered(event);
    yield numbered({ type: 'response.output_item.done', output_index: index, item });
  }
  const { status } = end(said);
  yield numbered({ type: `response.${status}`, response: wholeResponse(said, request) });
}

function responseHead(said: Said, request: unknown): Record<string, Json> {
  const { model } = requestSchema.parse(request);
  return { id: said.id, object: 'response', created_at: 0, error: null, model: said.model || model };
}

function end({ finishReason }: Said): { status: string; incomplete_details: Json } {
  const reasons: Readonly<Record<string, string>> = { length: 'max_output_tokens', content_filter: 'content_filter' };
  const reason = reasons[finishReason];
  return reason === undefined
    ? { status: 'completed', incomplete_details: null }
    : { status: 'incomplete', incomplete_details: { reason } };
}

function itemsOf(said: Said): readonly Item[] & Json {
  const items: Item[] = [];
  if (said.reasoning !== null)
    items.push({ id: 'rs_told', type: 'reasoning', summary: [{ type: 'summary_text', text: said.reasoning }] });
  const parts = partsOf(said);
  if (parts.length > 0)
    items.push({ id: 'msg_told', type: 'message', status: 'completed', role: 'assistant', content: parts });
  items.push(...said.calls.map(callItem));
  return items;
}

function partsOf({ content, refusal, annotations, logprobs }: Said): Json[] {
  const parts: Json[] = [];
  if (content !== null)
    parts.push({ type: 'output_text', text: content, annotations: [...annotations], logprobs: [...logprobs] });
  if (refusal !== null) parts.push({ type: 'refusal', refusal });
  return parts;
}

function callItem({ id, name, arguments: text }: SaidCall, place: number): Item {
  return { id: `fc_told_${place + 1}`, type: 'function_call', status: 'completed', call_id: id, name, arguments: text };
}

function announced(item: Item): Json {
  if (item.type === 'message') return { ...item, status: 'in_progress', content: [] };
  return item.type === 'function_call' ? { ...item, status: 'in_progress', arguments: '' } : { ...item, summary: [] };
}

function* insideOf(item: Item, place: Record<string, Json>, said: Said): Generator<Event> {
  if (item.type === 'function_call') {
    const kind = 'response.function_call_arguments';
    const whole = typeof item['arguments'] === 'string' ? item['arguments'] : '';
    for (const delta of piecesOf(whole)) yield { type: `${kind}.delta`, ...place, delta };
    yield { type: `${kind}.done`, ...place, name: item['name'] ?? '', arguments: whole };
  } else if (item.type === 'reasoning') {
    const kind = 'response.reasoning_summary_text';
    for (const delta of piecesOf(said.reasoning ?? ''))
      yield { type: `${kind}.delta`, ...place, summary_index: 0, delta };
    yield { type: `${kind}.done`, ...place, summary_index: 0, text: said.reasoning ?? '' };
  } else {
    for (const [index, part] of partsOf(said).entries())
      yield* insidePart(part, { ...place, content_index: index }, said);
  }
}

function* insidePart(part: Json, place: Record<string, Json>, said: Said): Generator<Event> {
  const isText = (part as { type: string }).type === 'output_text';
  const [kind, text] = isText ? ['output_text', said.content ?? ''] : ['refusal', said.refusal ?? ''];
  yield {
    type: 'response.content_part.added',
    ...place,
    part: isText ? { type: kind, text: '', annotations: [], logprobs: [] } : { type: kind, refusal: '' },
  };
  for (const [index, delta] of piecesOf(text).entries()) {
    const logprobs = isText ? { logprobs: index === 0 ? [...said.logprobs] : [] } : {};
    yield { type: `response.${kind}.delta`, ...place, delta, ...logprobs };
  }
  yield isText
    ? { type: `response.${kind}.done`, ...place, text, logprobs: [...said.logprobs] }
    : { type: `response.${kind}.done`, ...place, refusal: text };
  yield { type: 'response.content_part.done', ...place, part };
}

function wireUsage({ usage }: Said): Json {
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: { cached_tokens: usage.cached_tokens, ...cacheWrites(usage) },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: usage.reasoning_tokens },
    total_tokens: usage.total_tokens,
  };
}

const text = z.string().nullish();
const part = z.looseObject({
  text,
  refusal: text,
  annotations: z.array(z.json()).nullish(),
  logprobs: z.array(z.json()).nullish(),
});
const responseSchema = z.looseObject({
  id: z.string().catch(''),
  model: z.string().catch(''),
  status: z.enum(['completed', 'incomplete']),
  error: z.null().optional(),
  incomplete_details: z.looseObject({ reason: text }).nullish(),
  output: z.array(
    z.looseObject({
      type: z.string(),
      call_id: text,
      name: text,
      arguments: text,
      content: z.array(part).nullish(),
      summary: z.array(part).nullish(),
    }),
  ),
  usage: z
    .looseObject({
      input_tokens: z.int(),
      output_tokens: z.int(),
      total_tokens: z.int().optional(),
      input_tokens_details: details,
      output_tokens_details: details,
    })
    .nullish(),
});
const terminal = z.looseObject({ type: z.enum(['response.completed', 'response.incomplete']), response: z.unknown() });

/** What an answer says, from its one object or from the data of its events; undefined where it did not come to its end. */
export function readResponse(parts: readonly unknown[]): Said | undefined {
  const last = parts.at(-1);
  const ended = terminal.safeParse(last);
  const parsed = responseSchema.safeParse(ended.success ? ended.data.response : last);
  if (!parsed.success) return undefined;
  const { id, model, status, incomplete_details: why, output, usage } = parsed.data;
  const content = output.flatMap((item) => (item.type === 'message' ? (item.content ?? []) : []));
  const joined = (texts: readonly (string | null | undefined)[]): string | null => texts.join('') || null;
  const calls = output.flatMap((item, place) =>
    item.type === 'function_call'
      ? [{ id: item.call_id ?? `call_${place}`, name: item.name ?? '', arguments: item.arguments ?? '' }]
      : [],
  );
  const cut = why?.reason === 'content_filter' ? 'content_filter' : 'length';
  return {
    id,
    model,
    content: joined(content.map((each) => each.text)),
    refusal: joined(content.map((each) => each.refusal)),
    reasoning: joined(
      output.flatMap((item) => (item.type === 'reasoning' ? (item.summary ?? []).map((each) => each.text) : [])),
    ),
    calls,
    finishReason: status === 'incomplete' ? cut : calls.length > 0 ? 'tool_calls' : 'stop',
    usage: usage
      ? {
          prompt_tokens: usage.input_tokens,
          completion_tokens: usage.output_tokens,
          total_tokens: usage.total_tokens ?? usage.input_tokens + usage.output_tokens,
          cached_tokens: usage.input_tokens_details?.cached_tokens ?? 0,
          reasoning_tokens: usage.output_tokens_details?.reasoning_tokens ?? 0,
          ...cacheWrites(usage.input_tokens_details),
        }
      : noUsage,
    annotations: content.flatMap((each) => each.annotations ?? []),
    extras: {},
    logprobs: content.flatMap((each) => each.logprobs ?? []),
  };
}
