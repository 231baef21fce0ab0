import {
  asksProvider,
  type CheckedWorkflow,
  type RecordedRunFile,
  type WorkflowNode,
} from '../../../core/workflow/index.ts';
import { asksElsewhere } from '../../../core/workflow/nodes/asksElsewhere.ts';
import type { ModelCall, RunUpdate } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';
import type { KeptRun, KeptWire } from '../store/runs.ts';
import { nodeAt } from './nodePaths.ts';
import { isStreamed, readAnswer, type Said } from './wire/index.ts';

type Answer = RecordedRunFile['answers'][number];
type Updates = readonly RunUpdate[];

export interface RecordedTestOptions {
  /** The name of the workflow file. */
  readonly workflow: string;
  readonly checked: CheckedWorkflow;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A recorded run as a test that is kept beside the workflow. Refused where a test could not say what happened. */
export function recordedTest(run: KeptRun, { workflow, checked, env }: RecordedTestOptions): RecordedRunFile {
  const { updates } = run;
  const pinned = updates.find((update) => update.kind === 'node_ended' && update.isPinned === true);
  if (pinned?.kind === 'node_ended' && nodeAt(checked, pinned.node)?.type === 'subWorkflow')
    throw cannotTest(`\`${pinned.node}\` was pinned, so that nobody knows what goes on in it.`);
  for (const update of updates) {
    const node = update.kind === 'node_ended' ? nodeAt(checked, update.node) : undefined;
    if (node !== undefined && asksOutside(node))
      throw cannotTest(`\`${node.id}\` asks a service or a database, and a test cannot be told what that said.`);
  }
  return {
    catalystRun: 1,
    workflow,
    input: run.summary.input,
    headers: { ...run.headers },
    env: Object.fromEntries(checked.file.env.map((name) => [name, env[name] ?? null])),
    answers: answersOf(run),
    functions: resultsOf(checked, updates),
    expect: expectationOf(updates),
  };
}

function asksOutside(node: WorkflowNode): boolean {
  const isTold = asksProvider(node) || node.type === 'pythonFunction' || node.type === 'subWorkflow';
  return asksElsewhere(node.type) && !isTold;
}

function answersOf({ updates, wires }: KeptRun): Answer[] {
  const calls = updates.flatMap((update) => (update.kind === 'call' ? [update.call] : []));
  return calls
    .toSorted((a, b) => a.startedAt - b.startedAt)
    .map((call) => {
      const others = calls.filter((other) => other !== call && overlaps(call, other));
      const when = others.length === 0 ? undefined : textOfItsOwn(call, others);
      return { ...answerOf(call, wires.get(call.id)), ...(when !== undefined && { when }) };
    });
}

function answerOf(call: ModelCall, wire: KeptWire | undefined): Answer {
  const { node, path, request } = call;
  if (wire?.status === undefined || call.isCancelled)
    throw cannotTest(`A call of \`${node}\` got no answer, and what is not there cannot be told.`);
  const body = Buffer.concat(wire.pieces.map(({ bytes }) => bytes));
  const said = wire.isComplete ? readAnswer(path, wire.status, body.toString('utf8')) : undefined;
  if (said !== undefined && isPlain(said)) return { node, ...plainAnswer(said) };
  const form = wire.status === 200 ? ({ form: isStreamed(request) ? 'streamed' : 'whole' } as const) : {};
  const { status, headers, isComplete } = wire;
  return { node, wire: { status, headers: { ...headers }, body: body.toString('utf8'), isComplete, ...form } };
}

/** Whether content, calls, refusal and reason are all that it says. */
function isPlain({ reasoning, annotations, logprobs, extras }: Said): boolean {
  return reasoning === null && annotations.length === 0 && logprobs.length === 0 && Object.keys(extras).length === 0;
}

function plainAnswer({
  content,
  refusal,
  calls,
  finishReason,
}: Said): Omit<Extract<Answer, { finishReason: string }>, 'node'> {
  const asked = calls.map(({ name, arguments: text }) => ({ name, arguments: parsedOr(text) }));
  return {
    ...(content !== null && { content }),
    ...(asked.length > 0 && { calls: asked }),
    ...(refusal !== null && { refusal }),
    finishReason,
  };
}

function overlaps(one: ModelCall, other: ModelCall): boolean {
  const endOf = ({ startedAt, elapsedMs = 0 }: ModelCall): number => startedAt + elapsedMs;
  return one.startedAt < endOf(other) && other.startedAt < endOf(one);
}

/** A text of the request that tells it from others that are under way at the same time. */
function textOfItsOwn({ request }: ModelCall, others: readonly ModelCall[]): string | undefined {
  const foreign = others.flatMap((other) => textsIn(other.request));
  return textsIn(request).find((text) => text.length > 0 && !foreign.some((other) => other.includes(text)));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function resultsOf(checked: CheckedWorkflow, updates: Updates): RecordedRunFile['functions'] {
  const results: RecordedRunFile['functions'] = {};
  for (const update of updates) {
    if (update.kind !== 'node_ended' || nodeAt(checked, update.node)?.type !== 'pythonFunction') continue;
    const { node, outcome, value = null } = update;
    if (update.isTruncated) throw cannotTest(`What \`${node}\` gave was too long to be kept whole.`);
    const error = update.error?.message ?? 'It failed.';
    (results[node] ??= []).push(outcome === 'done' ? { result: value } : { error });
  }
  return results;
}

function expectationOf(updates: Updates): RecordedRunFile['expect'] {
  const answer = updates.find((update) => update.kind === 'answer');
  for (const update of updates.toReversed()) {
    if (update.kind !== 'event' || typeof update.data !== 'object' || update.data === null) continue;
    const given = update.data as Readonly<Record<string, RecordedRunFile['input']>>;
    // In a stream the status was said before anything had happened.
    const status = answer?.kind === 'answer' && update.event !== 'done' ? { status: answer.status } : {};
    if (update.event === 'done') return { output: given['output'] ?? null };
    if (update.event === 'answer') return { output: given['output'] ?? null, ...status };
    if (update.event === 'error')
      return {
        problem: typeof given['code'] === 'string' ? given['code'] : '',
        ...(answer?.kind === 'answer' && answer.status >= 400 && status),
      };
  }
  throw cannotTest('The run did not come to its end.');
}

function parsedOr(text: string): RecordedRunFile['input'] {
  try {
    return JSON.parse(text) as RecordedRunFile['input'];
  } catch {
    return text;
  }
}

function cannotTest(message: string): RefusedRequest {
  return new RefusedRequest(422, { code: 'cannot_test', message, hint: 'Make the test of another run.' });
}
