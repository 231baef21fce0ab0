import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';

const rowPixels = 28;

/** Whether what is chosen takes the place of all others, joins them, or changes sides. */
export type Choice = 'only' | 'also' | 'other';

interface RunGridProps<Run> {
  readonly label: string;
  readonly runs: readonly Run[];
  readonly chosen: ReadonlySet<string>;
  /** Whether several can be chosen: with Ctrl or Shift, by mouse and by keyboard. */
  readonly isMultiple?: boolean;
  /** The columns of a line, as classes. */
  readonly columns: string;
  readonly heads: ReactNode;
  readonly cellsOf: (run: Run) => ReactNode;
  readonly onChoose: (run: Run, how: Choice) => void;
  /** Enter, and a double click. */
  readonly onOpen?: (run: Run) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}

/** Runs as lines, newest first; a click or the arrow keys choose one. */
export function RunGrid<Run extends { readonly id: string }>({
  label,
  runs,
  chosen,
  isMultiple = false,
  columns,
  heads,
  cellsOf,
  onChoose,
  onOpen = () => undefined,
  onEnd,
}: RunGridProps<Run>): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => runs[index]?.id ?? index,
    overscan: 10,
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = runs.findLastIndex(({ id }) => chosen.has(id));
    if (event.key === 'Enter' && runs[last] !== undefined && event.target === event.currentTarget) onOpen(runs[last]);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const next = Math.max(0, last + by);
    const run = runs[next];
    if (by === 0 || run === undefined) return;
    event.preventDefault();
    onChoose(run, isMultiple && event.shiftKey ? 'also' : 'only');
    virtual.scrollToIndex(next);
  };
  const howOf = ({ ctrlKey, metaKey, shiftKey }: MouseEvent): Choice =>
    isMultiple && (ctrlKey || metaKey || shiftKey) ? 'other' : 'only';
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-multiselectable={isMultiple || undefined}
      aria-rowcount={runs.length + 1}
      className="@container h-full min-h-0 min-w-0 grow overflow-auto -outline-offset-2"
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < clientHeight) onEnd();
      }}
    >
      <div
        role="row"
        className={`${columns} sticky top-0 z-10 h-7 border-b border-line bg-surface text-2xs text-muted`}
      >
        {heads}
      </div>
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => {
          const run = runs[index];
          return run === undefined ? null : (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              aria-selected={chosen.has(run.id)}
              className={`${columns} absolute top-0 left-0 w-full cursor-pointer text-xs ${chosen.has(run.id) ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
              style={{ height: rowPixels, transform: `translateY(${start}px)` }}
              onClick={(event) => onChoose(run, howOf(event))}
              onDoubleClick={() => onOpen(run)}
            >
              {cellsOf(run)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
