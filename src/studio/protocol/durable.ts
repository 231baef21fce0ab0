import * as z from 'zod';

import { durableRunSchema, durableSummarySchema, openApprovalSchema, runStandings } from '../../core/durableRuns.ts';
import { runEventSchema } from '../../core/events.ts';
import { json } from './runs.ts';
import { refusalSchema } from './studio.ts';

/** A running service whose durable runs are looked at. Its token stays with the Studio's server. */
export const serviceSchema = z.strictObject({ id: z.string(), address: z.string(), hasToken: z.boolean() });
export type Service = z.output<typeof serviceSchema>;

/** An address as it was typed, and the token that goes there and nowhere else. */
export const newServiceSchema = z.strictObject({
  address: z.string().max(2_000),
  token: z.string().max(8_000).optional(),
});

export const durableListSchema = z.strictObject({
  service: z.string(),
  workflow: z.string().optional(),
  status: z.enum(runStandings).optional(),
  /** Those that began after this, in milliseconds since the epoch. */
  since: z.number().optional(),
  limit: z.int().min(1).max(200).default(50),
  offset: z.int().min(0).default(0),
});

export const durableListedSchema = z.strictObject({ runs: z.array(durableSummarySchema) });

/** A run of a service. */
export const durablePlaceSchema = z.strictObject({ service: z.string(), run: z.string().min(1).max(200) });
export type DurablePlace = z.output<typeof durablePlaceSchema>;

/** A run, and what it asks people now, or why that cannot be told. */
export const shownDurableSchema = z.strictObject({
  run: durableRunSchema,
  approvals: z.array(openApprovalSchema),
  whyNoApprovals: z.string().optional(),
});
export type ShownDurable = z.output<typeof shownDurableSchema>;

/** What somebody decides that a step asks. */
const decidedSchema = z.strictObject({
  step: z.string().min(1).max(2_000),
  approved: z.boolean(),
  comment: z.string().max(10_000).optional(),
  values: z.record(z.string(), json).optional(),
});
export type Decided = z.input<typeof decidedSchema>;
export const decisionSchema = z.strictObject({ ...durablePlaceSchema.shape, ...decidedSchema.shape });
/** The same of a run of this Studio. */
export const ownDecisionSchema = z.strictObject({ run: z.string(), ...decidedSchema.shape });

/** What `POST /api/followDurable` streams: the events of a run from its beginning, and what stands in their way. */
export const followedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('event'), event: runEventSchema }),
  /** The service does not answer; it is asked again and again. */
  z.strictObject({ kind: z.literal('away'), message: z.string() }),
  /** It answers again. */
  z.strictObject({ kind: z.literal('back') }),
  /** There is nothing more to come, though the run has not ended. */
  z.strictObject({ kind: z.literal('refused'), refusal: refusalSchema }),
]);
export type Followed = z.output<typeof followedSchema>;
