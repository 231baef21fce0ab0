import type { Json } from '../../../core/workflow/index.ts';
import type { Frame, RunState, RunUpdate } from '../../protocol/index.ts';
import { asObject, numberAt, textAt } from './shapes.ts';

export type NodeState = 'running' | 'done' | 'failed' | 'cancelled';

/** A time in which a node ran; a function that a model calls again has several. Milliseconds since the epoch. */
interface Span {
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
  /** What has been streamed so far. */
  readonly text: string;
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
  /** All times that it ran, the last one included. */
  readonly spans: readonly Span[];
  /** Whether its start was told, not only seen from what it said. */
  readonly isStartKnown: boolean;
  /** Whether its tokens were counted by events, which come one per model call. */
  readonly isCounted: boolean;
}

export function newNodeRun(at: number): NodeRun {
  return {
    state: 'running',
    startedAt: at,
    elapsedMs: undefined,
    text: '',
    pieces: 0,
    firstTokenMs: undefined,
    tokens: undefined,
    costUsd: undefined,
    value: undefined,
    isTruncated: false,
    isPinned: false,
    error: undefined,
    spans: [{ startedAt: at, endedAt: undefined, state: 'running' }],
    isStartKnown: false,
    isCounted: false,
  };
}

/** Its start may be told after its first words, which come another way. */
export function started(before: NodeRun | undefined, at: number): NodeRun {
  if (before === undefined) return { ...newNodeRun(at), isStartKnown: true };
  if (before.isStartKnown) {
    // What was counted stays: it is of all its rounds.
    const { tokens, costUsd, isCounted, spans } = before;
    const anew = newNodeRun(at);
    return { ...anew, tokens, costUsd, isCounted, spans: [...spans, ...anew.spans], isStartKnown: true };
  }
  const startedAt = Math.min(before.startedAt, at);
  const spans = [...before.spans.slice(0, -1), ...before.spans.slice(-1).map((span) => ({ ...span, startedAt }))];
  return { ...before, startedAt, spans, isStartKnown: true };
}

export function ended(before: NodeRun, update: Extract<RunUpdate, { readonly kind: 'node_ended' }>): NodeRun {
  const { at, outcome, elapsedMs, value } = update;
  const result = asObject(value);
  const usage = asObject(result?.['usage']);
  const isNew = !before.isStartKnown && before.pieces === 0;
  const startedAt = isNew ? at - elapsedMs : before.startedAt;
  return {
    ...before,
    startedAt,
    state: outcome,
    elapsedMs,
    value,
    isTruncated: update.isTruncated ?? false,
    isPinned: update.isPinned ?? false,
    error: outcome === 'failed' ? before.error : undefined,
    spans: [...before.spans.slice(0, -1), { startedAt, endedAt: startedAt + elapsedMs, state: outcome }],
    isStartKnown: true,
    firstTokenMs: before.firstTokenMs ?? numberAt(asObject(result?.['timing']), 'first_token_ms'),
    // A model node's result carries its counts, for runs that stream none.
    ...(!before.isCounted && {
      tokens: numberAt(usage, 'total_tokens') ?? before.tokens,
      costUsd: numberAt(result, 'cost_usd') ?? before.costUsd,
    }),
  };
}

/** What an event of the service's own stream says of its node. */
export function heard(before: NodeRun, event: string, data: Json, at: number): NodeRun {
  const object = asObject(data);
  if (event === 'token')
    return {
      ...before,
      text: before.text + (textAt(object, 'text') ?? ''),
      pieces: before.pieces + 1,
      firstTokenMs: before.firstTokenMs ?? Math.max(0, at - before.startedAt),
    };
  if (event === 'restart') return { ...before, text: '' };
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

/** A node of which no end was told when the run had ended. */
export function leftOver(before: NodeRun, run: RunState, at: number): NodeRun {
  if (before.state !== 'running') return before;
  const state = run === 'done' ? 'done' : before.error === undefined ? 'cancelled' : 'failed';
  const endedAt = Math.max(at, before.startedAt);
  const spans = [...before.spans.slice(0, -1), { startedAt: before.startedAt, endedAt, state } as const];
  return { ...before, state, elapsedMs: endedAt - before.startedAt, spans };
}
