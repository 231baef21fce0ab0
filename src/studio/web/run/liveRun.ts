import { problemSchema, usageSchema, type Problem, type Usage } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import type { ModelCall, RunState, RunSummary, RunUpdate } from '../../protocol/index.ts';
import { Log } from './log.ts';
import {
  counted,
  ended,
  heard,
  leftOver,
  newNodeRun,
  started,
  withRound,
  type NodeRun,
  type RunError,
  type Span,
} from './nodeRun.ts';
import { roundBegun, roundEnded, roundHeard } from './rounds.ts';
import { chunkText, withEvent, type Part } from './said.ts';
import { asObject, numberAt, textAt } from './shapes.ts';
import { noteSpoken, type Spoken } from './spoken.ts';

export type { NodeRun } from './nodeRun.ts';

/** Where a run comes in, and with what. */
export interface Entry {
  readonly node: string;
  readonly input: Json;
  /** The nodes whose words the answer streams. */
  readonly speakers: readonly string[];
  /** The nodes that the run was never to come to, as it was to go to another and no further. */
  readonly leftOut: ReadonlySet<string>;
}

/** A run as it is known by now. Times are milliseconds since the epoch. */
export interface LiveRun {
  readonly id: string;
  /** Nobody tells that the trigger has run: whoever starts a run knows it. */
  readonly entry: Entry | undefined;
  readonly summary: RunSummary | undefined;
  readonly state: RunState;
  /** What is being done, or why it ended so, and the way out. */
  readonly note: string | undefined;
  readonly hint: string | undefined;
  /** When the request was sent; undefined while it is being prepared. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly firstTokenAt: number | undefined;
  readonly lastTokenAt: number | undefined;
  readonly nodes: ReadonlyMap<string, NodeRun>;
  readonly calls: ReadonlyMap<string, ModelCall>;
  readonly said: readonly Part[];
  readonly spoken: ReadonlyMap<string, Spoken>;
  /** How many pieces of text have come. */
  readonly pieces: number;
  readonly response: { readonly status: number; readonly headers: Readonly<Record<string, string>> } | undefined;
  readonly output: Json | undefined;
  readonly usage: Usage | undefined;
  readonly problem: Problem | undefined;
  readonly failures: readonly { readonly node: string | undefined; readonly error: RunError }[];
  readonly printed: readonly { readonly node: string | undefined; readonly at: number; readonly text: string }[];
  readonly updates: Log<RunUpdate>;
  /** What is not among its nodes may have run all the same. */
  readonly isPartlyKnown: boolean;
}

export function emptyRun(id: string): LiveRun {
  return {
    id,
    entry: undefined,
    summary: undefined,
    state: 'preparing',
    note: undefined,
    hint: undefined,
    startedAt: undefined,
    endedAt: undefined,
    firstTokenAt: undefined,
    lastTokenAt: undefined,
    nodes: new Map(),
    calls: new Map(),
    said: [],
    spoken: new Map(),
    pieces: 0,
    response: undefined,
    output: undefined,
    usage: undefined,
    problem: undefined,
    failures: [],
    printed: [],
    updates: new Log(),
    isPartlyKnown: false,
  };
}

/** A run of which is known where it comes in. */
export function withEntry(run: LiveRun, entry: Entry | undefined): LiveRun {
  if (entry === undefined) return run;
  const grown = { nodes: new Map(run.nodes), calls: new Map(run.calls), spoken: new Map(run.spoken) };
  const entered = { ...run, ...grown, entry };
  enter(entered);
  return entered;
}

export function isOver(state: RunState): boolean {
  return state !== 'preparing' && state !== 'running';
}

/** What the server's list of runs says; it knows the end of a run also where the page has missed it. */
export function withSummary(run: LiveRun, summary: RunSummary): LiveRun {
  const state = isOver(run.state) && !isOver(summary.state) ? run.state : summary.state;
  const { elapsedMs, startedAt } = summary;
  const endedAt = run.endedAt ?? (elapsedMs === undefined ? undefined : (run.startedAt ?? startedAt) + elapsedMs);
  return {
    ...run,
    summary,
    state,
    ...(isOver(state) && { endedAt }),
    output: run.output ?? summary.output,
    usage: run.usage ?? summary.usage,
    problem: run.problem ?? summary.problem,
  };
}

/** A run after further updates. */
export function withUpdates(run: LiveRun, updates: readonly RunUpdate[]): LiveRun {
  if (updates.length === 0) return run;
  const grown = { nodes: new Map(run.nodes), calls: new Map(run.calls), spoken: new Map(run.spoken) };
  const next = { ...run, ...grown, updates: run.updates.with(updates) };
  for (const update of updates) take(next, update);
  return next;
}

/** A run while updates are being taken in: nobody else sees it yet. */
type Growing = { -readonly [Key in keyof LiveRun]: LiveRun[Key] } & {
  nodes: Map<string, NodeRun>;
  calls: Map<string, ModelCall>;
  spoken: Map<string, Spoken>;
};

function take(run: Growing, update: RunUpdate): void {
  const { at } = update;
  switch (update.kind) {
    case 'state':
      takeState(run, update);
      break;
    case 'node_started':
      put(run, update.node, started(run.nodes.get(update.node), update), at);
      break;
    case 'counted':
      run.nodes.set(update.node, counted(run.nodes.get(update.node) ?? newNodeRun(at), update.count));
      break;
    case 'item_started':
      run.nodes.set(update.node, withRound(run.nodes.get(update.node) ?? newNodeRun(at), roundBegun(update)));
      break;
    case 'item_ended':
      run.nodes.set(update.node, withRound(run.nodes.get(update.node) ?? newNodeRun(at), roundEnded(update)));
      break;
    case 'node_ended':
      run.nodes.set(update.node, ended(run.nodes.get(update.node) ?? newNodeRun(at), update));
      break;
    case 'failed': {
      const { node, error } = update;
      run.failures = [...run.failures, { node, error }];
      if (node === undefined) break;
      run.nodes.set(node, { ...(run.nodes.get(node) ?? newNodeRun(at)), error, state: 'failed' });
      break;
    }
    case 'call':
      run.calls.set(update.call.id, update.call);
      break;
    case 'event':
      takeEvent(run, update.event, update.data, at);
      break;
    case 'answer':
      run.response = { status: update.status, headers: update.headers };
      break;
    case 'printed':
      run.printed = [...run.printed, { node: update.node, at, text: update.text }];
      break;
    case 'note':
      run.note = update.text;
      break;
    // What was asked with is known already.
    case 'said':
      break;
  }
}

function takeState(run: Growing, update: Extract<RunUpdate, { readonly kind: 'state' }>): void {
  const { state, at } = update;
  // A run ends once: what was said before its end may be told after it.
  if (isOver(run.state) && !isOver(state)) return;
  run.state = state;
  run.note = update.note;
  run.hint = update.hint;
  if (state === 'running') run.startedAt ??= at;
  enter(run);
  if (!isOver(state)) return;
  run.endedAt = at;
  for (const [node, known] of run.nodes) run.nodes.set(node, leftOver(known, state, at));
}

/** The trigger gives its input as soon as the run begins. */
function enter(run: Growing): void {
  const { entry, startedAt } = run;
  if (entry === undefined || startedAt === undefined || run.nodes.has(entry.node)) return;
  const { node, input } = entry;
  const past = new Log<Span>([{ startedAt, endedAt: startedAt, state: 'done' }]);
  const known = { state: 'done', value: input, elapsedMs: 0, isStartKnown: true, past, open: new Map() } as const;
  run.nodes.set(node, { ...newNodeRun(startedAt), ...known });
}

function put(run: Growing, node: string, next: NodeRun, at: number): void {
  run.nodes.set(node, isOver(run.state) ? leftOver(next, run.state, at) : next);
}

/** Events in OpenAI's way name no node: who speaks is who alone can, or who alone calls a model now. */
function speaker({ entry, calls }: LiveRun): string | undefined {
  const able = entry?.speakers ?? [];
  if (able.length <= 1) return able[0];
  const calling = new Set(
    [...calls.values()].flatMap(({ node, elapsedMs }) => (elapsedMs === undefined ? [node] : [])),
  );
  const [first, ...others] = able.filter((node) => calling.has(node));
  return others.length === 0 ? first : undefined;
}

function takeEvent(run: Growing, event: string, data: Json, at: number): void {
  const object = asObject(data);
  const chunk = chunkText(event, data);
  const voided = noteSpoken(run.spoken, event, data);
  run.said = withEvent(run.said, event, data, voided);
  if (event === 'token' || chunk !== undefined) {
    run.pieces += 1;
    run.firstTokenAt ??= at;
    run.lastTokenAt = at;
  }
  const speaking = chunk === undefined ? undefined : speaker(run);
  if (chunk !== undefined && speaking !== undefined) {
    const token = { node: speaking, text: chunk };
    put(run, speaking, heard(run.nodes.get(speaking) ?? newNodeRun(at), 'token', token, at), at);
  }
  if (event === 'error') run.problem = problemSchema.safeParse(data).data ?? run.problem;
  if (event === 'done' || event === 'answer') {
    run.output = object?.['output'];
    run.usage = usageSchema.safeParse(object?.['usage']).data ?? run.usage;
    if (event === 'answer' && numberAt(object, 'status') !== undefined)
      run.problem = problemSchema.safeParse(data).data ?? run.problem;
    return;
  }
  const node = textAt(object, 'node');
  const index = numberAt(object, 'index');
  if (event === 'item' && node !== undefined && index !== undefined) {
    const loop = run.nodes.get(node) ?? newNodeRun(at);
    const rounds = loop.rounds.with([roundHeard(node, index, object?.['value'] ?? null)]);
    // What is watched is told of its ends as well.
    const roundsDone = loop.isStartKnown ? loop.roundsDone : loop.roundsDone + 1;
    put(run, node, { ...loop, rounds, roundsDone }, at);
  }
  if (node === undefined || !ofNodes.has(event)) return;
  // That a step begins or ends is told of those that wait; all others are watched.
  if (event === 'step' && run.nodes.get(node)?.waitsFor === undefined) return;
  put(run, node, heard(run.nodes.get(node) ?? newNodeRun(at), event, data, at, voided), at);
  // A node that calls a workflow says what is said in there.
  if (event !== 'token' && event !== 'restart') return;
  for (let end = node.lastIndexOf('/'); end > 0; end = node.lastIndexOf('/', end - 1)) {
    const caller = node.slice(0, end);
    put(run, caller, heard(run.nodes.get(caller) ?? newNodeRun(at), event, data, at, voided), at);
  }
}

/** Events of the service's own stream that say something of a node. */
const ofNodes: ReadonlySet<string> = new Set(['token', 'usage', 'restart', 'step', 'waiting']);
