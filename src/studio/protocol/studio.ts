import * as z from 'zod';

import { exampleSchema, fileEntrySchema, openedFileSchema, storedTextSchema } from './files.ts';
import {
  answererSchema,
  faultSchema,
  runSummarySchema,
  runUpdateSchema,
  simulatorSchema,
  testResultSchema,
} from './runs.ts';

/** What the machine has for running things; what is missing says how to get it. */
export const machineSchema = z.strictObject({
  python: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('unknown') }),
    z.strictObject({ state: z.literal('ready'), version: z.string() }),
    z.strictObject({ state: z.literal('missing'), message: z.string(), hint: z.string() }),
  ]),
});
export type Machine = z.output<typeof machineSchema>;

/** Who answers the model calls of a file's runs. Keys themselves never reach the page. */
export const modelServerSchema = z.strictObject({
  kind: z.enum(['simulated', 'provider', 'custom']),
  /** For each provider that the file asks. */
  answerers: z.array(answererSchema),
  notice: z.string(),
  /** Secrets by the variable that holds them: whether each is set. */
  secrets: z.record(z.string(), z.boolean()),
});
export type ModelServerState = z.output<typeof modelServerSchema>;

/** `opens`: the file that the page begins with is to come along, by its path from the folder; empty when its address names none. */
export const studioAskedSchema = z.strictObject({ opens: z.string().optional() });

/** What a page needs to begin. */
export const studioSchema = z.strictObject({
  version: z.string(),
  /** The name of the opened folder. */
  folder: z.string(),
  /** Tells this folder from others of its name, also those that were opened at the same address before. */
  folderId: z.string(),
  files: z.array(fileEntrySchema),
  /** The file that a page begins with: what its address names, else what the Studio was started with, else the folder's only one. */
  opened: z.string().optional(),
  /** The same as it is opened, where the page asked for it and it can be. */
  first: openedFileSchema.optional(),
  examples: z.array(exampleSchema),
  machine: machineSchema,
  simulator: simulatorSchema,
  /** What `setSimulator` takes for a fault. */
  faults: z.array(faultSchema).default([]),
});
export type Studio = z.output<typeof studioSchema>;

/** What a server says by itself, as events of one stream. */
export const serverEventSchema = z.discriminatedUnion('type', [
  /** The stream has begun; what was missed before is to be asked for. `page` is what this page says of itself when it saves. */
  z.strictObject({ type: z.literal('hello'), launch: z.string(), page: z.string() }),
  z.strictObject({ type: z.literal('files'), files: z.array(fileEntrySchema) }),
  /** A file's text is another now, by another page or something outside; `stored` is absent when it is gone. */
  z.strictObject({
    type: z.literal('file'),
    file: z.string(),
    source: z.string().optional(),
    stored: storedTextSchema.optional(),
  }),
  z.strictObject({ type: z.literal('machine'), machine: machineSchema }),
  z.strictObject({ type: z.literal('progress'), text: z.string() }),
  /** Something about this machine or folder that stays so: what is said to every page that is opened. */
  z.strictObject({ type: z.literal('notice'), text: z.string() }),
  z.strictObject({ type: z.literal('simulator'), simulator: simulatorSchema }),
  z.strictObject({ type: z.literal('run'), run: z.string(), update: runUpdateSchema }),
  z.strictObject({ type: z.literal('run_summary'), summary: runSummarySchema }),
  z.strictObject({
    type: z.literal('tests'),
    file: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    result: testResultSchema.optional(),
    note: z.string().optional(),
  }),
]);
export type ServerEvent = z.output<typeof serverEventSchema>;

/** Why a request was not done, in words for the person at the page. */
export const refusalSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  /** With 409: what lies on disk now. */
  stored: storedTextSchema.optional(),
});
export type Refusal = z.output<typeof refusalSchema>;
