import * as z from 'zod';

const tokens = z.int().min(0);

/** Token counts of a model call or of a whole run. */
export const usageSchema = z.strictObject({
  prompt_tokens: tokens,
  completion_tokens: tokens,
  total_tokens: tokens,
  /** The part of `prompt_tokens` that came from the prompt cache. */
  cached_tokens: tokens,
  /** The part of `completion_tokens` that was spent on reasoning. */
  reasoning_tokens: tokens,
  /** US dollars; null when a price is not known. */
  cost_usd: z.number().min(0).nullable(),
  /** The part of `prompt_tokens` that was written to the prompt cache, where that has a price; and what of it stays for an hour. */
  cache_write_tokens: tokens.optional(),
  cache_write_1h_tokens: tokens.optional(),
  /** Present when a stream ended before the counts had arrived. */
  estimated: z.literal(true).optional(),
});
export type Usage = z.output<typeof usageSchema>;

/** What a run was, beside what it answered. */
export const runMetaSchema = z.strictObject({
  execution_id: z.string(),
  elapsed_ms: z.number().min(0),
  /** Milliseconds by node, for nodes that await something. */
  node_timings: z.record(z.string(), z.number().min(0)),
});

/** A round of a loop: the path of the loop and the index of its item. */
export const runItemSchema = z.strictObject({ node: z.string(), index: z.int().min(0) });

/** The rounds of loops that something belongs to, the outermost first. */
export const itemsSchema = z.array(runItemSchema);

/** A problem object as RFC 9457 has it, with Catalyst's own members. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Stable: what programs decide by. */
  code: z.string(),
  retryable: z.boolean(),
  /** What to do next. */
  hint: z.string().nullish(),
  node: z.string().nullish(),
});
export type Problem = z.output<typeof problemSchema>;

/** What an event comes from: a node, and in the body of a loop the items that it is about. */
const place = { node: z.string(), items: itemsSchema.optional() };

/**
 * The data of every event that a generated service streams, by the event's name. A stream ends with exactly one `done`
 * or `error`.
 */
export const runEventSchemas = {
  token: z.strictObject({ text: z.string(), ...place }),
  function_call_delta: z.strictObject({
    ...place,
    id: z.string(),
    name: z.string(),
    /** The next piece of the arguments' JSON text. */
    arguments: z.string(),
  }),
  function_call: z.strictObject({ ...place, id: z.string(), name: z.string(), arguments: z.json() }),
  /** What a function gave that the model called and that the node ran: its result, or what the model is told instead. */
  tool_result: z.union([
    z.strictObject({ ...place, id: z.string(), name: z.string(), result: z.json() }),
    z.strictObject({ ...place, id: z.string(), name: z.string(), error: z.string() }),
  ]),
  /** What the model thinks, where its node shows it. */
  reasoning: z.strictObject({ text: z.string(), ...place }),
  /** What belongs to an answer's text, once it is complete: pages that it cites, and what servers send beside it. */
  annotations: z.strictObject({
    ...place,
    annotations: z.array(z.looseObject({})).nullable(),
    extras: z.looseObject({}).nullable(),
  }),
  /** Which model answers, at a node that can ask several, and why; before its first token. */
  route: z.strictObject({ ...place, provider: z.string(), model: z.string(), reason: z.string() }),
  /**
   * What has come of this answer does not count, and it begins anew: its stream broke off, which voids what the node has said
   * since its first `route` with these items; or the service died, which voids what it has said since this step has begun.
   */
  restart: z.strictObject({ ...place, step: z.string().optional() }),
  /** How a step of a durable run stands; `step` tells rounds and called workflows apart. */
  step: z.strictObject({
    node: z.string(),
    step: z.string(),
    status: z.enum(['begun', 'waiting', 'done', 'failed']),
  }),
  /** A step of a durable run waits: for a time, a person, or an event from outside. */
  waiting: z.strictObject({
    node: z.string(),
    step: z.string(),
    kind: z.enum(['delay', 'approval', 'event']),
    /** Until when at most. */
    until: z.string(),
  }),
  /** A JSON answer as far as it has come: each value continues the one before, the last is the whole. */
  partial: z.strictObject({ ...place, value: z.json() }),
  /** What a round of a loop gave, as soon as it is done; `items` are those of loops around the workflow that it is in. */
  item: z.strictObject({ ...place, index: z.int().min(0), value: z.json() }),
  /** One per model call. */
  usage: z.strictObject({ ...usageSchema.shape, ...place }),
  done: z.strictObject({
    text: z.string(),
    token_count: tokens,
    finish_reason: z.string().nullable(),
    /** The sums of the run. */
    usage: usageSchema,
    meta: runMetaSchema,
    /** The whole output of the response, whatever its type. */
    output: z.json(),
  }),
  error: problemSchema,
} as const;

export type RunEventName = keyof typeof runEventSchemas;

/** Any event of a run. */
export type RunEvent = {
  [N in RunEventName]: { readonly event: N; readonly data: z.output<(typeof runEventSchemas)[N]> };
}[RunEventName];

export const runEventSchema: z.ZodType<RunEvent> = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('token'), data: runEventSchemas.token }),
  z.strictObject({ event: z.literal('function_call_delta'), data: runEventSchemas.function_call_delta }),
  z.strictObject({ event: z.literal('function_call'), data: runEventSchemas.function_call }),
  z.strictObject({ event: z.literal('tool_result'), data: runEventSchemas.tool_result }),
  z.strictObject({ event: z.literal('reasoning'), data: runEventSchemas.reasoning }),
  z.strictObject({ event: z.literal('annotations'), data: runEventSchemas.annotations }),
  z.strictObject({ event: z.literal('route'), data: runEventSchemas.route }),
  z.strictObject({ event: z.literal('restart'), data: runEventSchemas.restart }),
  z.strictObject({ event: z.literal('step'), data: runEventSchemas.step }),
  z.strictObject({ event: z.literal('waiting'), data: runEventSchemas.waiting }),
  z.strictObject({ event: z.literal('partial'), data: runEventSchemas.partial }),
  z.strictObject({ event: z.literal('item'), data: runEventSchemas.item }),
  z.strictObject({ event: z.literal('usage'), data: runEventSchemas.usage }),
  z.strictObject({ event: z.literal('done'), data: runEventSchemas.done }),
  z.strictObject({ event: z.literal('error'), data: runEventSchemas.error }),
]);

/** The answer of a run in one piece. */
export const runAnswerSchema = z.strictObject({ output: z.json(), usage: usageSchema, meta: runMetaSchema });
