import * as z from 'zod';

import type { Json } from './json.ts';

const json: z.ZodType<Json, Json> = z.json();

/** What a model answered, as a value. */
const saidSchema = z.strictObject({
  node: z.string(),
  content: z.string().nullish(),
  calls: z.array(z.strictObject({ name: z.string(), arguments: json })).optional(),
  refusal: z.string().optional(),
  finishReason: z.string(),
  /** For calls whose order is not certain: the answer waits for a request in which this text stands. */
  when: z.string().optional(),
});

/** What a model's server answered, as it came over the wire, where a value cannot say it. */
const wireSchema = z.strictObject({
  node: z.string(),
  wire: z.strictObject({
    status: z.int().min(100).max(999),
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    isComplete: z.boolean(),
    /** The only form of the run in which it can come so. */
    form: z.enum(['whole', 'streamed']).optional(),
  }),
  when: z.string().optional(),
});

/** A run that is kept as a test beside its workflow, in `tests/NAME.run.json`. */
export const recordedRunSchema = z.strictObject({
  catalystRun: z.literal(1),
  /** The name of the workflow file. */
  workflow: z.string(),
  input: json,
  headers: z.record(z.string(), z.string()).default({}),
  /** The variables that the workflow declares; null where one was not set. */
  env: z.record(z.string(), z.string().nullable()).default({}),
  /** What models answered, in the order in which they were asked; nodes of called workflows as `step/inner`. */
  answers: z.array(z.union([saidSchema, wireSchema])),
  /** What Python functions gave, by their node, in order. */
  functions: z
    .record(z.string(), z.array(z.union([z.strictObject({ result: json }), z.strictObject({ error: z.string() })])))
    .default({}),
  expect: z.union([
    z.strictObject({ output: json, status: z.int().optional() }),
    z.strictObject({ problem: z.string(), status: z.int().optional() }),
  ]),
});
export type RecordedRunFile = z.output<typeof recordedRunSchema>;

/** A recorded run and what its file is called, without folder and ending. */
export interface RecordedRun {
  readonly name: string;
  readonly run: RecordedRunFile;
}

/** A file that was to be a recorded run and is none. */
export interface UnusableRun {
  readonly path: string;
  readonly problem: string;
}

export interface RecordedRuns {
  readonly runs: readonly RecordedRun[];
  readonly unusable: readonly UnusableRun[];
}

/** The recorded runs of a workflow file among the files in its folder. */
export function recordedRunsOf(workflow: string, sources: ReadonlyMap<string, string>): RecordedRuns {
  const runs: RecordedRun[] = [];
  const unusable: UnusableRun[] = [];
  for (const path of [...sources.keys()].toSorted()) {
    const [, name] = /^tests\/([a-z0-9][a-z0-9-]*)\.run\.json$/.exec(path) ?? [];
    if (!path.startsWith('tests/') || !path.endsWith('.run.json')) continue;
    const content = parsed(sources.get(path) ?? '');
    if (isOfAnother(content, workflow)) continue;
    const read = recordedRunSchema.safeParse(content);
    if (name === undefined) unusable.push({ path, problem: 'its name has more than a-z, 0-9 and - in it' });
    else if (content === undefined) unusable.push({ path, problem: 'it is not JSON' });
    else if (!read.success) unusable.push({ path, problem: firstProblem(read.error) });
    else runs.push({ name, run: read.data });
  }
  return { runs, unusable };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOfAnother(content: unknown, workflow: string): boolean {
  const named = typeof content === 'object' && content !== null && 'workflow' in content ? content.workflow : workflow;
  return typeof named === 'string' && named !== workflow;
}

function firstProblem(error: z.ZodError): string {
  const [issue] = error.issues;
  const place = issue?.path.join('.') ?? '';
  return `${place === '' ? 'it' : `\`${place}\``} does not fit (${issue?.message ?? 'unknown'})`;
}
