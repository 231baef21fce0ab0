import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type ReactNode } from 'react';

import { waitOf, type DurableSummary } from '../../../../core/durableRuns.ts';
import { duration, moment } from '../../design/figures.ts';
import { StandingMark } from './StandingMark.tsx';
import { timeOf } from './times.ts';

const rowPixels = 28;
const columns =
  'grid grid-cols-[16px_92px_minmax(96px,2fr)_minmax(64px,3fr)_76px] items-center gap-2 px-3 @max-xl:grid-cols-[16px_92px_minmax(0,1fr)_76px]';
const wide = '@max-xl:hidden';

interface DurableTableProps {
  readonly runs: readonly DurableSummary[];
  readonly now: number;
  readonly opened: string | undefined;
  readonly onOpen: (id: string) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}

/** Durable runs as lines, newest first. A click, or the arrow keys, open one beside the list. */
export function DurableTable({ runs, now, opened, onOpen, onEnd }: DurableTableProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => runs[index]?.id ?? index,
    overscan: 10,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = Math.max(0, runs.findIndex(({ id }) => id === opened) + by);
    const run = runs[next];
    if (by === 0 || run === undefined) return;
    event.preventDefault();
    onOpen(run.id);
    virtual.scrollToIndex(next);
  };
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Durable runs"
      aria-rowcount={runs.length + 1}
      className="@container h-full min-h-0 min-w-0 overflow-auto -outline-offset-2"
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < clientHeight) onEnd();
      }}
    >
      <div
        role="row"
        className={`${columns} sticky top-0 z-10 h-7 border-b border-line bg-surface text-2xs text-muted`}
      >
        <span role="columnheader">
          <span className="sr-only">State</span>
        </span>
        <span role="columnheader">Began</span>
        <span role="columnheader">Workflow</span>
        <span role="columnheader" className={wide}>
          Id
        </span>
        <span role="columnheader" className="text-right">
          Duration
        </span>
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const run = runs[index];
          return run === undefined ? null : (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={run.id === opened}
              className={`${columns} absolute top-0 left-0 w-full cursor-pointer text-xs ${run.id === opened ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
              style={{ height: rowPixels, transform: `translateY(${start}px)` }}
              onClick={() => onOpen(run.id)}
            >
              <Cells run={run} now={now} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cells({ run, now }: { readonly run: DurableSummary; readonly now: number }): ReactNode {
  const { id, workflow, status, created_at: created, ended_at: ended, retry_of: retried } = run;
  const wait = waitOf(run);
  const began = timeOf(created);
  return (
    <>
      <span role="gridcell" className="grid place-items-center">
        <StandingMark standing={wait === undefined ? status : 'waiting'} />
      </span>
      <span role="gridcell" className="truncate text-muted tabular-nums">
        {began === undefined ? '' : moment(began)}
      </span>
      <span role="gridcell" className="truncate">
        <span className="font-medium">{workflow}</span>
        {retried !== null && <span className="ml-2 text-2xs text-muted">retry</span>}
        {wait !== undefined && <span className="ml-2 text-2xs text-warning">waits for {wait}</span>}
      </span>
      <code role="gridcell" className={`truncate text-2xs text-muted ${wide}`}>
        {id}
      </code>
      <span role="gridcell" className="text-right text-muted tabular-nums">
        {began === undefined ? '' : duration((timeOf(ended) ?? now) - began)}
      </span>
    </>
  );
}
