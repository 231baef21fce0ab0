import type { ModelCall, RunState, RunSummary, RunUpdate } from '../../protocol/index.ts';

/** What a run did at one node. */
export interface NodeRun {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
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
  readonly value: unknown;
  readonly isTruncated: boolean;
  readonly isPinned: boolean;
  readonly error: { readonly type: string; readonly message: string } | undefined;
}

/** A run as it is known by now. */
export interface LiveRun {
  readonly id: string;
  readonly summary: RunSummary | undefined;
  readonly state: RunState;
  /** What is being done, or why it ended so, and the way out. */
  readonly note: string | undefined;
  readonly hint: string | undefined;
  readonly nodes: ReadonlyMap<string, NodeRun>;
  readonly calls: ReadonlyMap<string, ModelCall>;
  readonly updates: readonly RunUpdate[];
}

export function emptyRun(id: string): LiveRun {
  return {
    id,
    summary: undefined,
    state: 'preparing',
    note: undefined,
    hint: undefined,
    nodes: new Map(),
    calls: new Map(),
    updates: [],
  };
}

/** A run after further updates. */
export function withUpdates(run: LiveRun, updates: readonly RunUpdate[]): LiveRun {
  const nodes = new Map(run.nodes);
  const calls = new Map(run.calls);
  let { state, note, hint } = run;
  const change = (node: string, at: number, changes: (before: NodeRun) => Partial<NodeRun>): void => {
    const before = nodes.get(node) ?? startedNode(at);
    nodes.set(node, { ...before, ...changes(before) });
  };
  for (const update of updates) {
    switch (update.kind) {
      case 'state':
        ({ state, note, hint } = { note: undefined, hint: undefined, ...update });
        break;
      case 'node_started':
        nodes.set(update.node, startedNode(update.at));
        break;
      case 'node_ended':
        change(update.node, update.at, () => ({
          state: update.outcome,
          elapsedMs: update.elapsedMs,
          value: update.value,
          isTruncated: update.isTruncated ?? false,
          isPinned: update.isPinned ?? false,
        }));
        break;
      case 'failed':
        if (update.node !== undefined)
          change(update.node, update.at, () => ({
            state: 'failed',
            error: { type: update.error.type, message: update.error.message },
          }));
        break;
      case 'call':
        calls.set(update.call.id, update.call);
        break;
      case 'event':
        takeEvent(update.event, update.data, update.at, change);
        break;
      case 'answer':
      case 'note':
      case 'printed':
        break;
    }
  }
  return { ...run, state, note, hint, nodes, calls, updates: [...run.updates, ...updates] };
}

function startedNode(at: number): NodeRun {
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
  };
}

/** What an event of the service's own stream says of its node. */
function takeEvent(
  event: string,
  data: unknown,
  at: number,
  change: (node: string, at: number, changes: (before: NodeRun) => Partial<NodeRun>) => void,
): void {
  if (typeof data !== 'object' || data === null || !('node' in data) || typeof data.node !== 'string') return;
  if (event === 'token' && 'text' in data && typeof data.text === 'string') {
    const { text } = data;
    change(data.node, at, (before) => ({
      text: before.text + text,
      pieces: before.pieces + 1,
      firstTokenMs: before.firstTokenMs ?? at - before.startedAt,
    }));
  }
  if (event === 'usage' && 'total_tokens' in data && typeof data.total_tokens === 'number') {
    const cost = 'cost_usd' in data && typeof data.cost_usd === 'number' ? data.cost_usd : undefined;
    const { total_tokens: total } = data;
    change(data.node, at, ({ tokens = 0, costUsd }) => ({
      tokens: tokens + total,
      costUsd: cost === undefined ? costUsd : (costUsd ?? 0) + cost,
    }));
  }
}
