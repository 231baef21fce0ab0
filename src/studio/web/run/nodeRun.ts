import type { Json } from '../../../core/workflow/index.ts';
import type { Frame, RunState, RunUpdate } from '../../protocol/index.ts';
import { Log } from './log.ts';
import { roundKey, type Round } from './rounds.ts';
import { asObject, numberAt, textAt } from './shapes.ts';
import { itemsKey } from './spoken.ts';

export type NodeState = 'running' | 'done' | 'failed' | 'cancelled';

/** A time in which a node ran; a function that a model calls again has several. Milliseconds since the epoch. */
export interface Span {
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  readonly state: NodeState;
}

export interface RunError {
  readonly type: string;
  readonly message: string;
  readonly frames: readonly Frame[];
}

/** What a run did at one node. */
export interface NodeRun {
  readonly state: NodeState;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly elapsedMs: number | undefined;
  /** What has been streamed so far; in a loop, for the item that was last spoken for. */
  readonly text: string;
  /** The same for each item, by `roundKey`. */
  readonly texts: ReadonlyMap<string, string>;
  /** Pieces of text that have arrived. */
  readonly pieces: number;
  readonly firstTokenMs: number | undefined;
  /** Of all its model calls; undefined until a count has arrived. */
  readonly tokens: number | undefined;
  readonly costUsd: number | undefined;
  readonly value: Json | undefined;
  readonly isTruncated: boolean;
  readonly isPinned: boolean;
  readonly error: RunError | undefined;
  /** All times that it ran and that are over. */
  readonly past: Log<Span>;
  /** Since when it runs, for the items of which loops; several at once where a loop works on several. */
  readonly open: ReadonlyMap<string, number>;
  /** What it did for each item of the loops that it stands in; of a loop, its own rounds. */
  readonly rounds: Log<Round>;
  /** Rounds that are over, and those of them that failed. */
  readonly roundsDone: number;
  readonly roundsFailed: number;
  /** Of a loop: how many rounds there are to be, where that is known. */
  readonly roundsWanted: number | undefined;
  /** Whether its start was told, not only seen from what it said. */
  readonly isStartKnown: boolean;
  /** Whether its tokens were counted by events, which come one per model call. */
  readonly isCounted: boolean;
  /** Of a step that waits: for what, and until when at most. */
  readonly waitsFor: { readonly kind: string; readonly until: string } | undefined;
}

export function newNodeRun(at: number): NodeRun {
  return {
    state: 'running',
    startedAt: at,
    elapsedMs: undefined,
    text: '',
    texts: new Map(),
    pieces: 0,
    firstTokenMs: undefined,
    tokens: undefined,
    costUsd: undefined,
    value: undefined,
    isTruncated: false,
    isPinned: false,
    error: undefined,
    past: new Log(),
    open: new Map([['', at]]),
    rounds: new Log(),
    roundsDone: 0,
    roundsFailed: 0,
    roundsWanted: undefined,
    isStartKnown: false,
    isCounted: false,
    waitsFor: undefined,
  };
}

/** All times that a node ran, also those that are not over. */
export function spansOf({ past, open }: NodeRun): readonly Span[] {
  const running = [...open.values()].map((startedAt): Span => ({ startedAt, endedAt: undefined, state: 'running' }));
  return [...past, ...running];
}

type NodeStarted = Pick<Extract<RunUpdate, { readonly kind: 'node_started' }>, 'at' | 'items'>;

/** Its start may be told after its first words, which come another way. */
export function started(before: NodeRun | undefined, { at, items = [] }: NodeStarted): NodeRun {
  const key = roundKey(items);
  if (before === undefined) return { ...newNodeRun(at), open: new Map([[key, at]]), isStartKnown: true };
  if (!before.isStartKnown) {
    const startedAt = Math.min(before.startedAt, at);
    const open = before.state === 'running' ? new Map([[key, startedAt]]) : before.open;
    return { ...before, startedAt, open, isStartKnown: true };
  }
  const open = new Map(before.open).set(key, at);
  if (before.state === 'running') return { ...before, open };
  // What was counted stays: it is of all its rounds.
  const { tokens, costUsd, isCounted, past, rounds, roundsDone, roundsFailed, roundsWanted } = before;
  const kept = { tokens, costUsd, isCounted, past, rounds, roundsDone, roundsFailed, roundsWanted };
  return { ...newNodeRun(at), ...kept, open, isStartKnown: true };
}

export function ended(before: NodeRun, update: Extract<RunUpdate, { readonly kind: 'node_ended' }>): NodeRun {
  const { at, outcome, elapsedMs, value, items = [], isTruncated = false, error } = update;
  const result = asObject(value);
  const usage = asObject(result?.['usage']);
  const key = roundKey(items);
  const startedAt = before.open.get(key) ?? before.open.get('') ?? at - elapsedMs;
  const isNew = !before.isStartKnown && before.pieces === 0;
  const begun = isNew ? at - elapsedMs : startedAt;
  const open = new Map(before.open);
  if (!open.delete(key)) open.delete('');
  const round: Round = { items, state: outcome, elapsedMs, value, isTruncated, error };
  const inLoop = items.length > 0;
  const past = before.past.with([{ startedAt: begun, endedAt: begun + elapsedMs, state: outcome }]);
  // One item may fail and the node do its work; a loop counts its own rounds.
  const isSurvived = inLoop && outcome === 'failed' && [...past].some((span) => span.state === 'done');
  const state = open.size > 0 ? 'running' : isSurvived ? 'done' : outcome;
  const counts = inLoop && !isLoop(before);
  return {
    ...before,
    startedAt: before.open.size > 1 ? before.startedAt : begun,
    state,
    elapsedMs,
    value,
    isTruncated,
    isPinned: update.isPinned ?? false,
    error: state === 'failed' ? (error ?? before.error) : undefined,
    past,
    open,
    ...(inLoop && { rounds: before.rounds.with([round]) }),
    ...(counts && {
      roundsDone: before.roundsDone + 1,
      roundsFailed: before.roundsFailed + (outcome === 'failed' ? 1 : 0),
    }),
    isStartKnown: true,
    waitsFor: undefined,
    firstTokenMs: before.firstTokenMs ?? numberAt(asObject(result?.['timing']), 'first_token_ms'),
    // A model node's result carries its counts, for runs that stream none.
    ...(!before.isCounted &&
      countedWith(before, { tokens: numberAt(usage, 'total_tokens'), cost: numberAt(result, 'cost_usd') }, inLoop)),
  };
}

function countedWith(
  { tokens, costUsd }: NodeRun,
  given: { readonly tokens: number | undefined; readonly cost: number | undefined },
  adds: boolean,
): Pick<NodeRun, 'tokens' | 'costUsd'> {
  if (!adds) return { tokens: given.tokens ?? tokens, costUsd: given.cost ?? costUsd };
  const sum = (one: number | undefined, other: number | undefined): number | undefined =>
    one === undefined ? other : one + (other ?? 0);
  return { tokens: sum(tokens, given.tokens), costUsd: sum(costUsd, given.cost) };
}

/** Whether a node has rounds of its own. */
export function isLoop({ rounds, roundsWanted }: NodeRun): boolean {
  return roundsWanted !== undefined || rounds.at(0)?.item !== undefined;
}

/** A loop that is told how many rounds it has. */
export function counted(before: NodeRun, count: number): NodeRun {
  return { ...before, roundsWanted: (before.roundsWanted ?? 0) + count };
}

/** A loop of which a round has begun, or is over. */
export function withRound(before: NodeRun, round: Round): NodeRun {
  const isOver = round.state !== 'running';
  return {
    ...before,
    rounds: before.rounds.with([round]),
    roundsDone: before.roundsDone + (isOver ? 1 : 0),
    roundsFailed: before.roundsFailed + (round.state === 'failed' ? 1 : 0),
  };
}

/**
 * What an event of the service's own stream says of its node.
 * @param voided how many characters of its text do not count any more, from the end
 */
export function heard(before: NodeRun, event: string, data: Json, at: number, voided = 0): NodeRun {
  const object = asObject(data);
  const key = itemsKey(data) ?? '';
  const said = before.texts.get(key) ?? '';
  if (event === 'token')
    return {
      ...withText(before, key, said + (textAt(object, 'text') ?? '')),
      pieces: before.pieces + 1,
      firstTokenMs: before.firstTokenMs ?? Math.max(0, at - before.startedAt),
    };
  if (event === 'restart') return withText(before, key, said.slice(0, Math.max(0, said.length - voided)));
  if (event === 'waiting')
    return { ...before, waitsFor: { kind: textAt(object, 'kind') ?? '', until: textAt(object, 'until') ?? '' } };
  if (event === 'step') return textAt(object, 'status') === 'waiting' ? before : { ...before, waitsFor: undefined };
  const total = numberAt(object, 'total_tokens');
  if (event !== 'usage' || total === undefined) return before;
  const cost = numberAt(object, 'cost_usd');
  const { tokens = 0, costUsd } = before.isCounted ? before : { tokens: 0, costUsd: undefined };
  return {
    ...before,
    isCounted: true,
    tokens: tokens + total,
    costUsd: cost === undefined ? costUsd : (costUsd ?? 0) + cost,
  };
}

function withText(before: NodeRun, key: string, text: string): NodeRun {
  return { ...before, text, texts: new Map(before.texts).set(key, text) };
}

/** A node of which no end was told when the run had ended. */
export function leftOver(before: NodeRun, run: RunState, at: number): NodeRun {
  if (before.state !== 'running') return before;
  const state = run === 'done' ? 'done' : before.error === undefined ? 'cancelled' : 'failed';
  const endedAt = Math.max(at, before.startedAt);
  const left = [...before.open.values()].map((startedAt): Span => ({ startedAt, endedAt, state }));
  const past = before.past.with(left);
  return { ...before, state, elapsedMs: endedAt - before.startedAt, past, open: new Map(), waitsFor: undefined };
}
