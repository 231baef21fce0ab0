import * as z from 'zod';

import { problemSchema, runAnswerSchema, usageSchema } from './events.ts';

/** How a durable run can stand. */
export const runStandings = ['running', 'succeeded', 'failed', 'cancelled'] as const;
/** What a durable run can wait for. */
export const awaitedKinds = ['approval', 'event', 'delay', 'queue'] as const;

export type RunStanding = (typeof runStandings)[number];

/** A durable run as a service lists it. */
export const durableSummarySchema = z.object({
  id: z.string(),
  workflow: z.string(),
  status: z.enum(runStandings),
  version: z.string().nullable(),
  created_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  retry_of: z.string().nullable(),
  /** What it waits for, if it is running: an approval, an event, a delay, or its turn in a queue. */
  waits_for: z.array(z.string()).optional(),
  /** No process has the version that it began with. */
  waits_for_version: z.boolean().optional(),
});
export type DurableSummary = z.output<typeof durableSummarySchema>;

/** A step of a durable run; `step` is its place, such as `each[2]/summary`. */
export const durableStepSchema = z.object({
  step: z.string(),
  status: z.string(),
  code: z.string().optional(),
  waits_for: z.string().optional(),
  until: z.string().optional(),
  attempts: z.int().optional(),
  repeated: z.string().optional(),
  began_at: z.string().optional(),
  ended_at: z.string().optional(),
  usage: usageSchema.optional(),
});
export type DurableStep = z.output<typeof durableStepSchema>;

/** A durable run with its steps. */
export const durableRunSchema = durableSummarySchema.extend({
  usage: usageSchema,
  steps: z.array(durableStepSchema),
  result: runAnswerSchema.optional(),
  problem: problemSchema.optional(),
});
export type DurableRun = z.output<typeof durableRunSchema>;

/** What a durable run asks a person. */
export const openApprovalSchema = z.object({
  step: z.string(),
  message: z.string(),
  /** Seconds since the epoch. */
  until: z.number(),
  /** The JSON Schema of what is to be filled in. */
  form: z.record(z.string(), z.json()).optional(),
  link: z.string().optional(),
});
export type OpenApproval = z.output<typeof openApprovalSchema>;

const words: ReadonlyMap<string | undefined, string> = new Map([
  ['approval', 'an approval'],
  ['event', 'an event'],
  ['queue', 'its turn'],
]);

/** What a run or a step of it waits for, in words. */
export function awaitedOf(kind: string | undefined): string {
  return words.get(kind) ?? 'its time';
}

/** What a run waits for, in words; undefined when it goes on, or has ended. */
export function waitOf({ waits_for: kinds = [], waits_for_version, version }: DurableSummary): string | undefined {
  if (waits_for_version === true) return `version ${version ?? ''}`;
  return kinds.length === 0 ? undefined : kinds.map(awaitedOf).join(' and ');
}
