import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef, type KeyboardEvent, type ReactNode } from 'react';

import type { RunSummary } from '../../protocol/index.ts';
import { count, dollars, duration, moment, preview } from '../design/figures.ts';
import { StateMark } from '../run/StateMark.tsx';
import { answererWords } from '../run/answerers.ts';

const rowPixels = 28;
const columns =
  'grid grid-cols-[20px_16px_108px_minmax(0,1fr)_76px_72px_60px_76px_80px] items-center gap-2 px-2 @max-3xl:grid-cols-[20px_16px_108px_minmax(0,1fr)_76px_60px]';
const wide = '@max-3xl:hidden';

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly isAllFiles: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (run: RunSummary) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}

/** Runs as lines, newest first. A click selects, with Ctrl another one too; Enter or a double click opens. */
export function RunTable({ runs, isAllFiles, selected, onSelect, onOpen, onEnd }: RunTableProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => runs[index]?.id ?? index,
    overscan: 10,
  });
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = runs.findLastIndex(({ id }) => selected.has(id));
    if (event.key === 'Enter' && runs[last] !== undefined && event.target === event.currentTarget) onOpen(runs[last]);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = runs[Math.max(0, last + by)];
    if (by === 0 || next === undefined) return;
    event.preventDefault();
    onSelect(event.shiftKey ? new Set([...selected, next.id]) : new Set([next.id]));
    virtual.scrollToIndex(runs.indexOf(next));
  };
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label="Runs"
      aria-multiselectable
      aria-rowcount={runs.length + 1}
      className="min-h-0 grow overflow-auto -outline-offset-2"
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < clientHeight) onEnd();
      }}
    >
      <div
        role="row"
        className={`${columns} sticky top-0 z-10 h-7 border-b border-line bg-surface text-2xs text-muted`}
      >
        <span role="columnheader" className="sr-only">
          Selected
        </span>
        <span />
        <span role="columnheader" className="sr-only">
          State
        </span>
        <span />
        <span role="columnheader">Time</span>
        <span role="columnheader">{isAllFiles ? 'Workflow and input' : 'Input'}</span>
        <span role="columnheader" className="text-right">
          Duration
        </span>
        <span role="columnheader" className={`text-right ${wide}`}>
          First token
        </span>
        <span role="columnheader" className="text-right">
          Tokens
        </span>
        <span role="columnheader" className={`text-right ${wide}`}>
          Cost
        </span>
        <span role="columnheader" className={wide}>
          Answered by
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
              aria-selected={selected.has(run.id)}
              className={`${columns} absolute top-0 left-0 w-full text-xs ${selected.has(run.id) ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
              style={{ height: rowPixels, transform: `translateY(${start}px)` }}
              onClick={({ ctrlKey, metaKey, shiftKey }) =>
                ctrlKey || metaKey || shiftKey ? toggle(run.id) : onSelect(new Set([run.id]))
              }
              onDoubleClick={() => onOpen(run)}
            >
              <span role="gridcell">
                <input
                  type="checkbox"
                  tabIndex={-1}
                  aria-label={`Select the run of ${moment(run.startedAt)}`}
                  className="block accent-accent"
                  checked={selected.has(run.id)}
                  onClick={(event) => event.stopPropagation()}
                  onChange={() => toggle(run.id)}
                />
              </span>
              <Cells run={run} isAllFiles={isAllFiles} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

const figure = 'text-right text-muted tabular-nums';

const Cells = memo(function Cells({
  run,
  isAllFiles,
}: {
  readonly run: RunSummary;
  readonly isAllFiles: boolean;
}): ReactNode {
  const { state, startedAt, workflow, input, problem, elapsedMs, firstTokenMs, usage, answeredBy, answerers } = run;
  return (
    <>
      <span role="gridcell" className="grid place-items-center">
        <StateMark state={state} />
      </span>
      <span role="gridcell" className="truncate text-muted tabular-nums">
        {moment(startedAt)}
      </span>
      <span role="gridcell" className="truncate">
        {isAllFiles && <span className="mr-2 font-medium">{workflow}</span>}
        {problem !== undefined && <code className="mr-2 text-2xs text-danger">{problem.code}</code>}
        <span className={problem === undefined ? '' : 'text-muted'}>{inputPreview(input)}</span>
      </span>
      <span role="gridcell" className={figure}>
        {duration(elapsedMs)}
      </span>
      <span role="gridcell" className={`${figure} ${wide}`}>
        {duration(firstTokenMs)}
      </span>
      <span role="gridcell" className={figure}>
        {count(usage?.total_tokens)}
      </span>
      <span role="gridcell" className={`${figure} ${wide}`}>
        {dollars(usage?.cost_usd)}
      </span>
      <span role="gridcell" className={`truncate text-muted ${wide}`}>
        {answererWords(answeredBy, answerers)}
      </span>
    </>
  );
});

/** An input of one text is that text. */
function inputPreview(input: RunSummary['input']): string {
  const values = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.values(input) : [input];
  return preview(values.length === 1 && typeof values[0] === 'string' ? values[0] : input);
}
