import * as z from 'zod';

import { durableSummarySchema, openApprovalSchema } from '../../core/durableRuns.ts';
import {
  decisionSchema,
  durableListedSchema,
  durableListSchema,
  durablePlaceSchema,
  newServiceSchema,
  ownDecisionSchema,
  serviceSchema,
  shownDurableSchema,
} from './durable.ts';
import {
  fileEntrySchema,
  newFileSchema,
  openedFileSchema,
  openingSchema,
  savedSchema,
  saveSchema,
  storedTextSchema,
  versionSchema,
} from './files.ts';
import {
  pinSchema,
  recordedRunSchema,
  runSummarySchema,
  savedRequestSchema,
  simulatorSchema,
  runStateSchema,
  startedRunSchema,
  startRunSchema,
} from './runs.ts';
import { modelServerSchema, studioAskedSchema, studioSchema } from './studio.ts';

const none = z.strictObject({});
const file = z.strictObject({ file: z.string() });
const run = z.strictObject({ run: z.string() });

/** The header of a `Refusal` that is awaited, and so comes with the status 200: the status that it would have. */
export const refusedHeader = 'catalyst-refused';

/** A route: `POST /api/NAME` with a JSON body, and a JSON answer or a `Refusal`. */
interface Route<Body extends z.ZodType = z.ZodType, Answer extends z.ZodType = z.ZodType> {
  readonly body: Body;
  readonly answer: Answer;
}

function route<Body extends z.ZodType, Answer extends z.ZodType>(body: Body, answer: Answer): Route<Body, Answer> {
  return { body, answer };
}

/**
 * Everything that a page can ask for. All of it is POST with JSON, also what only reads: no link, form or image of another
 * page can send that. Beside these are two streams: `POST /api/events` of `ServerEvent`s, and `POST /api/followDurable` of `Followed`s.
 */
export const routes = {
  studio: route(studioAskedSchema, studioSchema),
  openFile: route(openingSchema, openedFileSchema),
  saveFile: route(z.strictObject({ file: z.string(), save: saveSchema }), savedSchema),
  createFile: route(newFileSchema, fileEntrySchema),
  /** Its last text stays in the local history. */
  deleteFile: route(file, none),
  /** Of the workflow file, or of a file that it names. */
  versions: route(
    z.strictObject({ file: z.string(), source: z.string().optional() }),
    z.strictObject({ versions: z.array(versionSchema) }),
  ),
  version: route(
    z.strictObject({ file: z.string(), source: z.string().optional(), version: z.string() }),
    storedTextSchema,
  ),
  modelServer: route(file, modelServerSchema),
  /** Custom Python that the file would run and that nobody has agreed to yet; none when it may run. */
  askedTrust: route(
    z.strictObject({ file: z.string(), text: z.string() }),
    z.strictObject({
      python: z.array(z.strictObject({ node: z.string(), file: z.string().optional(), code: z.string() })),
    }),
  ),
  trust: route(z.strictObject({ file: z.string(), text: z.string() }), none),
  /** Makes a service ready before it is asked for. */
  prepare: route(z.strictObject({ file: z.string(), text: z.string() }), none),
  startRun: route(startRunSchema, startedRunSchema),
  stopRun: route(run, none),
  /** What a run that goes on asks people. */
  runApprovals: route(run, z.strictObject({ approvals: z.array(openApprovalSchema) })),
  decideRun: route(ownDecisionSchema, none),
  runs: route(
    z.strictObject({
      file: z.string().optional(),
      /** Those that began before this, in milliseconds since the epoch. */
      before: z.number().optional(),
      limit: z.int().min(1).max(500).default(100),
      state: runStateSchema.optional(),
      /** Stands in the input, the output or the problem. */
      search: z.string().optional(),
    }),
    z.strictObject({ runs: z.array(runSummarySchema), /** Of what is kept, in bytes. */ size: z.number() }),
  ),
  run: route(run, recordedRunSchema),
  /** Forgets these runs, or all of a file, or all. */
  forgetRuns: route(z.strictObject({ runs: z.array(z.string()).optional(), file: z.string().optional() }), none),
  pins: route(file, z.strictObject({ pins: z.array(pinSchema) })),
  setPins: route(z.strictObject({ file: z.string(), pins: z.array(pinSchema) }), none),
  requests: route(file, z.strictObject({ requests: z.array(savedRequestSchema) })),
  setRequests: route(z.strictObject({ file: z.string(), requests: z.array(savedRequestSchema) }), none),
  setSimulator: route(simulatorSchema, none),
  /** Writes a regression test of a recorded run beside the workflow; gives its path from there. */
  makeTest: route(z.strictObject({ run: z.string(), name: z.string() }), z.strictObject({ path: z.string() })),
  /** Runs the tests of the generated project; results come as events. */
  startTests: route(z.strictObject({ file: z.string(), text: z.string(), only: z.array(z.string()).optional() }), none),
  stopTests: route(file, none),
  /** The services whose durable runs are looked at. */
  services: route(none, z.strictObject({ services: z.array(serviceSchema) })),
  /** Remembers a service, or another token of one that is known. */
  addService: route(newServiceSchema, serviceSchema),
  /** With its token. */
  forgetService: route(z.strictObject({ service: z.string() }), none),
  durableRuns: route(durableListSchema, durableListedSchema),
  durableRun: route(durablePlaceSchema, shownDurableSchema),
  cancelDurable: route(durablePlaceSchema, durableSummarySchema),
  /** Begins a run that failed or was cancelled anew, where it failed. */
  retryDurable: route(durablePlaceSchema, durableSummarySchema),
  decide: route(decisionSchema, none),
  /** Writes the project as `catalyst build` does, into a folder below the opened one. */
  exportFolder: route(
    z.strictObject({ file: z.string(), text: z.string(), folder: z.string(), isForced: z.boolean().default(false) }),
    z.strictObject({
      folder: z.string(),
      projectHash: z.string(),
      written: z.int(),
      unchanged: z.int(),
      /** The environment variables without which the service does not work. */
      needs: z.array(z.string()),
      conflicts: z.array(z.strictObject({ path: z.string(), offered: z.string(), lines: z.array(z.int()) })),
    }),
  ),
} as const satisfies Readonly<Record<string, Route>>;

export type RouteName = keyof typeof routes;
export type RouteBody<Name extends RouteName> = z.input<(typeof routes)[Name]['body']>;
export type RouteAnswer<Name extends RouteName> = z.output<(typeof routes)[Name]['answer']>;
