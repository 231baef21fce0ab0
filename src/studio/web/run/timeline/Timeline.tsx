import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef, type KeyboardEvent, type ReactNode } from 'react';

import { chooseNode } from '../chosenNode.ts';
import { count, dollars, duration, roundDuration } from '../../design/figures.ts';
import type { LiveRun, NodeRun } from '../liveRun.ts';
import { StateMark } from '../StateMark.tsx';
import { timelineOf, type Bar, type CallBar, type TimelineRow } from './timeline.ts';

const rowPixels = 26;
/** A label further right would be cut. */
const lastLabel = 0.85;
const columns =
  'grid grid-cols-[minmax(96px,176px)_minmax(120px,1fr)_64px_56px_76px] items-center gap-2 px-2 @max-xl:grid-cols-[minmax(88px,140px)_minmax(80px,1fr)_60px_52px]';

interface TimelineProps {
  readonly run: LiveRun;
  readonly now: number;
  readonly chosen: string | undefined;
  readonly titleOf: (node: string) => string;
}

/** Every node of a run as a bar over time, with its model calls and its first token, and what it took and cost. */
export function Timeline({ run, now, chosen, titleOf }: TimelineProps): ReactNode {
  const { rows, length, ticks } = timelineOf(run, now);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => rows[index]?.node ?? index,
    overscan: 8,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = rows[rows.findIndex(({ node }) => node === chosen) + by];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    chooseNode(next.node);
    virtual.scrollToIndex(rows.indexOf(next));
  };
  return (
    <div
      ref={scroller}
      role="table"
      aria-label="Nodes of the run over time"
      aria-rowcount={rows.length + 1}
      className="@container h-full min-h-0 overflow-auto"
      onKeyDown={onKeyDown}
    >
      <div
        role="row"
        className={`${columns} sticky top-0 z-10 h-7 border-b border-line bg-surface text-2xs text-muted`}
      >
        <span role="columnheader">Node</span>
        <span role="columnheader" className="relative h-full overflow-hidden">
          <span className="sr-only">Time line</span>
          {ticks.map((tick) => (
            <span
              key={tick}
              className="absolute bottom-0.5 border-l border-line-strong pl-1 whitespace-nowrap tabular-nums"
              style={{ left: percent(tick, length) }}
            >
              {tick > length * lastLabel ? '' : tick === 0 ? '0' : roundDuration(tick)}
            </span>
          ))}
        </span>
        <span role="columnheader" className="text-right">
          Time
        </span>
        <span role="columnheader" className="text-right">
          Tokens
        </span>
        <span role="columnheader" className="text-right @max-xl:hidden">
          Cost
        </span>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const row = rows[index];
          const node = row === undefined ? undefined : run.nodes.get(row.node);
          return row === undefined || node === undefined ? null : (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={row.node === chosen}
              className={`${columns} absolute top-0 left-0 w-full cursor-default text-xs hover:bg-sunken ${row.node === chosen ? 'bg-accent-soft hover:bg-accent-soft' : ''}`}
              style={{ height: rowPixels, transform: `translateY(${start}px)` }}
              onClick={() => chooseNode(row.node)}
            >
              <span role="cell" className="flex min-w-0 items-center gap-1.5" style={{ paddingLeft: row.depth * 12 }}>
                <StateMark state={node.state} />
                <button
                  type="button"
                  className="min-w-0 truncate text-left"
                  title={row.node}
                  onClick={() => chooseNode(row.node)}
                >
                  {titleOf(row.node)}
                </button>
                {node.isPinned && <span className="text-2xs text-accent">pinned</span>}
              </span>
              <span role="cell" className="relative h-full">
                <Bars row={row} length={length} ticks={ticks} />
              </span>
              <Figures node={node} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function percent(moment: number, length: number): string {
  return `${length === 0 ? 0 : (moment * 100) / length}%`;
}

const looks = {
  running: 'bg-accent/60',
  done: 'bg-success/45',
  failed: 'bg-danger/60',
  cancelled: 'bg-faint/45',
} as const;

interface BarsProps {
  readonly row: TimelineRow;
  readonly length: number;
  readonly ticks: readonly number[];
}

function Bars({ row, length, ticks }: BarsProps): ReactNode {
  const place = ({ from, to }: Bar): { readonly left: string; readonly width: string } => ({
    left: percent(from, length),
    width: percent(to - from, length),
  });
  return (
    <span aria-hidden className="absolute inset-0">
      {ticks.map((tick) => (
        <i key={tick} className="absolute inset-y-0 w-px bg-line" style={{ left: percent(tick, length) }} />
      ))}
      {row.bars.map((bar) => (
        <i
          key={`${bar.state} ${bar.from}`}
          title={duration(bar.to - bar.from)}
          className={`absolute inset-y-1.5 min-w-0.5 rounded-sm ${looks[bar.state]}`}
          style={place(bar)}
        />
      ))}
      {row.calls.map((call) => (
        <i
          key={call.id}
          title={callTitle(call)}
          className={`absolute top-[9px] h-2 min-w-0.5 rounded-xs border ${call.state === 'failed' ? 'border-danger' : 'border-ink/50'}`}
          style={place(call)}
        >
          {call.firstByte !== undefined && (
            <i
              className="absolute inset-y-0 right-0 rounded-r-xs bg-ink/30"
              style={{ left: percent(call.firstByte - call.from, Math.max(1, call.to - call.from)) }}
            />
          )}
        </i>
      ))}
      {row.firstToken !== undefined && (
        <i
          title={`First token after ${duration(row.firstToken)}`}
          className="absolute inset-y-0.5 w-0.5 rounded-full bg-ink"
          style={{ left: percent(row.firstToken, length) }}
        />
      )}
    </span>
  );
}

function callTitle({ from, to, firstByte, state }: CallBar): string {
  const first = firstByte === undefined ? '' : `, first byte after ${duration(firstByte - from)}`;
  return `Model call, ${state}: ${duration(to - from)}${first}`;
}

const Figures = memo(function Figures({ node }: { readonly node: NodeRun }): ReactNode {
  return (
    <>
      <span role="cell" className="text-right text-muted tabular-nums">
        {duration(node.elapsedMs)}
      </span>
      <span role="cell" className="text-right text-muted tabular-nums">
        {count(node.tokens)}
      </span>
      <span role="cell" className="text-right text-muted tabular-nums @max-xl:hidden">
        {dollars(node.costUsd)}
      </span>
    </>
  );
});
