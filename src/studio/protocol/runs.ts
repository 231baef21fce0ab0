import * as z from 'zod';

import { itemsSchema, problemSchema, usageSchema } from '../../core/events.ts';
import type { Json } from '../../core/workflow/json.ts';
import { askedWays } from '../../core/workflow/servedWays.ts';

export const json: z.ZodType<Json, Json> = z.json();
/** Milliseconds since the epoch. */
const at = z.number();
/** A node's id; `step/inner` for a node of a called workflow. */
const node = z.string();

export type Items = z.output<typeof itemsSchema>;

/** What a node is told to give instead of having its work done; in loops for which of their items. */
export type ToldAnswer = ({ readonly result: Json } | { readonly error: string }) & { readonly items?: Items };

/** A node's output that is kept for the runs to come. */
export const pinSchema = z.strictObject({
  node,
  value: json,
  /** The run that it is from. */ run: z.string().optional(),
});
export type Pin = z.output<typeof pinSchema>;

/** What a run is started with. */
export const startRunSchema = z.strictObject({
  file: z.string(),
  /** The text that the run is of: what the page shows, saved or not. */
  text: z.string(),
  input: json,
  headers: z.record(z.string(), z.string()).default({}),
  /** Streamed where the endpoint can. */
  stream: z.boolean().default(true),
  /** How the workflow is asked: over a WebSocket, at its own path, as a model, as a tool. */
  way: z.enum(askedWays).default('http'),
  /** Runs with the same go over one WebSocket, one after the other; without, each has one of its own. */
  connection: z.string().max(100).optional(),
  /** Ends when this node has ended. */
  stopAfter: node.optional(),
  pins: z.array(pinSchema).default([]),
  /** Goes by what another run recorded: all of its answers, or those of what runs before `from`. */
  replay: z
    .strictObject({
      run: z.string(),
      from: node.optional(),
      /** Whether recorded answers come as fast as they came then. */
      pace: z.enum(['recorded', 'at_once']).default('at_once'),
    })
    .optional(),
  observe: z.boolean().default(true),
});
export const startedRunSchema = z.strictObject({ run: z.string() });

export const runStateSchema = z.enum(['preparing', 'running', 'done', 'failed', 'cancelled']);
export type RunState = z.output<typeof runStateSchema>;

/** A line of a traceback, in a file of the generated project. */
export const frameSchema = z.strictObject({
  file: z.string(),
  line: z.int(),
  text: z.string(),
  node: node.optional(),
});
export type Frame = z.output<typeof frameSchema>;

/** What something failed with. */
const failureSchema = z.strictObject({ type: z.string(), message: z.string(), frames: z.array(frameSchema) });

/** Who answers the calls of one provider's models: a simulated one, the provider itself, or a server at an address of one's own. */
export const answererSchema = z.strictObject({
  /** The provider's name, such as `OpenAI`. */
  provider: z.string(),
  kind: z.enum(['simulated', 'provider', 'custom']),
});
export type Answerer = z.output<typeof answererSchema>;

/** A call of a model, as it went over the wire between the service and who answers. */
export const modelCallSchema = z.strictObject({
  id: z.string(),
  node,
  items: itemsSchema.optional(),
  startedAt: at,
  /** Milliseconds from the request to the first byte of the answer; absent until then. */
  firstByteMs: z.number().optional(),
  elapsedMs: z.number().optional(),
  path: z.string(),
  request: json,
  status: z.int().optional(),
  /** The body of the answer as text, cut at 200,000 characters. */
  answer: z.string().optional(),
  /** `told`: a pin or a recorded run answered. */
  answeredBy: z.enum(['model', 'simulated', 'told']),
  /** The name of the provider whose model was called. */
  provider: z.string().optional(),
  /** Whether the service closed the call before its end. */
  isCancelled: z.boolean().default(false),
});
export type ModelCall = z.output<typeof modelCallSchema>;

/** Everything that becomes known of a run while it goes on, in order. */
export const runUpdateSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('state'),
    at,
    state: runStateSchema,
    /** What is being done, or why it ended so. */
    note: z.string().optional(),
    hint: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('node_started'), at, node, items: itemsSchema.optional() }),
  /** A loop has so many items, or rounds at the most. */
  z.strictObject({ kind: z.literal('counted'), at, node, items: itemsSchema.optional(), count: z.int() }),
  z.strictObject({
    kind: z.literal('node_ended'),
    at,
    node,
    outcome: z.enum(['done', 'failed', 'cancelled']),
    elapsedMs: z.number(),
    items: itemsSchema.optional(),
    value: json.optional(),
    isTruncated: z.boolean().optional(),
    isPinned: z.boolean().optional(),
    /** What it failed with, whether or not the run goes on. */
    error: failureSchema.optional(),
  }),
  /** A round of a loop begins; its value is the item. */
  z.strictObject({
    kind: z.literal('item_started'),
    at,
    node,
    items: itemsSchema.optional(),
    index: z.int().min(0),
    value: json.optional(),
    isTruncated: z.boolean().optional(),
  }),
  /** A round of a loop is over. */
  z.strictObject({
    kind: z.literal('item_ended'),
    at,
    node,
    items: itemsSchema.optional(),
    index: z.int().min(0),
    outcome: z.enum(['done', 'failed']),
    elapsedMs: z.number(),
    value: json.optional(),
    isTruncated: z.boolean().optional(),
    error: failureSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal('failed'),
    at,
    node: node.optional(),
    error: failureSchema,
  }),
  z.strictObject({ kind: z.literal('printed'), at, node: node.optional(), text: z.string() }),
  /** An event of the service's own stream, named and shaped as `core/events.ts` says; `answer` is an answer in one piece. */
  z.strictObject({ kind: z.literal('event'), at, event: z.string(), data: json }),
  z.strictObject({ kind: z.literal('call'), at, call: modelCallSchema }),
  /** What the caller has said over a WebSocket. */
  z.strictObject({ kind: z.literal('said'), at, message: json }),
  z.strictObject({ kind: z.literal('answer'), at, status: z.int(), headers: z.record(z.string(), z.string()) }),
  z.strictObject({ kind: z.literal('note'), at, text: z.string() }),
]);
export type RunUpdate = z.output<typeof runUpdateSchema>;

/** A run as the list shows it. */
export const runSummarySchema = z.strictObject({
  id: z.string(),
  file: z.string(),
  workflow: z.string(),
  startedAt: at,
  elapsedMs: z.number().optional(),
  firstTokenMs: z.number().optional(),
  state: runStateSchema,
  /** Of the files of the project that ran, as `build` writes them. */
  projectHash: z.string().optional(),
  answeredBy: z.union([
    z.enum(['provider', 'custom', 'simulated', 'told']),
    // What runs say that were kept before there were several providers.
    z.literal('openai').transform(() => 'provider' as const),
  ]),
  /** Who would answer for each provider that the workflow asks. */
  answerers: z.array(answererSchema).optional(),
  input: json,
  /** The node that the run was to go to, and no further. */
  stopAfter: node.optional(),
  output: json.optional(),
  usage: usageSchema.optional(),
  problem: problemSchema.optional(),
});
export type RunSummary = z.output<typeof runSummarySchema>;

/** A run with all that is known of it, and the workflow file that it was of. */
export const recordedRunSchema = z.strictObject({
  ...runSummarySchema.shape,
  text: z.string(),
  /** Those that the request had besides its own; none that say who asks. */
  headers: z.record(z.string(), z.string()).optional(),
  updates: z.array(runUpdateSchema),
});

/** A request that was given a name. */
export const savedRequestSchema = z.strictObject({
  name: z.string(),
  input: json,
  headers: z.record(z.string(), z.string()).default({}),
});
export type SavedRequest = z.output<typeof savedRequestSchema>;

/** A fault that the simulated providers know, in a line. */
export const faultSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  /** What it is about, in a few words. */
  group: z.string(),
});
export type Fault = z.output<typeof faultSchema>;

/** The simulated providers' speed, and the fault that the next calls meet. */
export const simulatorSchema = z.strictObject({
  firstTokenMs: z.number().min(0).max(60_000),
  tokensPerSecond: z.number().positive().max(100_000),
  /** A fault that the simulated providers know, or none. */
  fault: z.string().optional(),
});
export type Simulator = z.output<typeof simulatorSchema>;

/** A test of the generated project, once it has run. */
export const testResultSchema = z.strictObject({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  elapsedMs: z.number(),
  /** The nodes that the test is about, as far as its name or its traceback says. */
  nodes: z.array(node),
  message: z.string().optional(),
  frames: z.array(frameSchema),
});
export type TestResult = z.output<typeof testResultSchema>;
