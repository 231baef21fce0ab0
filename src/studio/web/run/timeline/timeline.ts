import type { LiveRun } from '../liveRun.ts';
import { grouped } from './grouped.ts';
import { spansOf, type NodeRun, type NodeState } from '../nodeRun.ts';

/** A stretch of the timeline; milliseconds from its beginning. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly state: NodeState;
}

export interface CallBar extends Bar {
  readonly id: string;
  /** When the first byte of the answer came. */
  readonly firstByte: number | undefined;
}

/** A node that the run came to. */
export interface TimelineRow {
  readonly node: string;
  /** Of nodes inside a called workflow: 1 and more. */
  readonly depth: number;
  readonly bars: readonly Bar[];
  readonly calls: readonly CallBar[];
  readonly firstToken: number | undefined;
}

interface TimelineLayout {
  readonly rows: readonly TimelineRow[];
  /** Milliseconds. */
  readonly length: number;
  readonly ticks: readonly number[];
}

const shortestMs = 10;
const mostBars = 300;

/**
 * A run as bars over time, rows in the order in which nodes began, those of called workflows below their caller.
 * @param now how far what still runs reaches
 */
export function timelineOf(run: LiveRun, now: number): TimelineLayout {
  const starts = [...run.nodes.values()].map((node) => node.past.at(0)?.startedAt ?? node.startedAt);
  const begin = Math.min(run.startedAt ?? Number.POSITIVE_INFINITY, ...starts);
  if (!Number.isFinite(begin)) return { rows: [], length: 0, ticks: [] };
  const at = (moment: number): number => Math.max(0, moment - begin);
  const until = run.endedAt ?? now;
  const callsOf = grouped(run.calls.values(), ({ node }) => node);
  const grain = (until - begin) / mostBars;
  const rows = [...run.nodes].map(([node, ran]): TimelineRow => ({
    node,
    depth: node.split('/').length - 1,
    bars: joined(
      spansOf(ran).map((span) => ({ from: at(span.startedAt), to: at(span.endedAt ?? until), state: span.state })),
      grain,
    ),
    calls: (callsOf.get(node) ?? []).map((call) => ({
      id: call.id,
      from: at(call.startedAt),
      to: at(call.elapsedMs === undefined ? until : call.startedAt + call.elapsedMs),
      firstByte: call.firstByteMs === undefined ? undefined : at(call.startedAt + call.firstByteMs),
      state:
        call.elapsedMs === undefined && run.endedAt === undefined
          ? 'running'
          : call.isCancelled
            ? 'cancelled'
            : (call.status ?? 0) >= 400
              ? 'failed'
              : 'done',
    })),
    firstToken: firstTokenAt(ran, at),
  }));
  const ends = rows.flatMap(({ bars, calls }) => [...bars, ...calls].map(({ to }) => to));
  const length = Math.max(shortestMs, at(until), ...ends);
  return { rows: inTreeOrder(rows), length, ticks: ticksOf(length) };
}

function firstTokenAt(
  { firstTokenMs, pieces, startedAt, past }: NodeRun,
  at: (moment: number) => number,
): number | undefined {
  return firstTokenMs === undefined || pieces === 0 || past.length > 1 ? undefined : at(startedAt + firstTokenMs);
}

/**
 * In a loop a node runs often, also beside itself: bars that nobody could tell apart are one. Those that failed lie above others.
 * @param grain the shortest gap, in ms
 */
function joined(bars: readonly Bar[], grain: number): readonly Bar[] {
  if (bars.length < 2) return bars;
  const together = new Map<NodeState, Bar[]>([
    ['done', []],
    ['cancelled', []],
    ['running', []],
    ['failed', []],
  ]);
  for (const bar of bars.toSorted((a, b) => a.from - b.from)) {
    const same = together.get(bar.state) ?? [];
    const last = same.at(-1);
    if (last === undefined || bar.from > last.to + grain) same.push(bar);
    else same[same.length - 1] = { ...last, to: Math.max(last.to, bar.to) };
  }
  return [...together.values()].flat();
}

/** By their beginning; what lies inside a called workflow directly below it. */
function inTreeOrder(rows: readonly TimelineRow[]): readonly TimelineRow[] {
  const byStart = rows.toSorted((a, b) => (a.bars[0]?.from ?? 0) - (b.bars[0]?.from ?? 0));
  const known = new Set(rows.map(({ node }) => node));
  const inside = grouped(byStart, ({ node }) => parentOf(node, known));
  const below = (parent: string | undefined): readonly TimelineRow[] =>
    (inside.get(parent) ?? []).flatMap((row) => [row, ...below(row.node)]);
  return below(undefined);
}

function parentOf(node: string, known: ReadonlySet<string>): string | undefined {
  for (let end = node.lastIndexOf('/'); end > 0; end = node.lastIndexOf('/', end - 1))
    if (known.has(node.slice(0, end))) return node.slice(0, end);
  return undefined;
}

/** Round moments, two to five of them: more would not fit beside each other. */
function ticksOf(length: number): readonly number[] {
  const rough = length / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  return Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
}
