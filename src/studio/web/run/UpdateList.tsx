import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import type { RunUpdate } from '../../protocol/index.ts';
import { JsonTree } from './values/JsonTree.tsx';

const rowPixels = 22;
const nearEndPixels = 40;

interface UpdateListProps {
  readonly label: string;
  readonly updates: { readonly length: number; at(index: number): RunUpdate | undefined };
  readonly lineOf: (update: RunUpdate) => { readonly name: string; readonly says: string };
  readonly timeOf: (update: RunUpdate) => string;
}

/** Updates as lines, as they come; one that is chosen is shown whole. While the end is in sight, it stays so. */
export function UpdateList({ label, updates, lineOf, timeOf }: UpdateListProps): ReactNode {
  const [chosen, setChosen] = useState<number>();
  const scroller = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const { length } = updates;
  const virtual = useVirtualizer({
    count: length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    overscan: 20,
  });
  useEffect(() => {
    if (isAtEnd.current && length > 0) virtual.scrollToIndex(length - 1);
  }, [length, virtual]);
  const shown = chosen === undefined ? undefined : updates.at(chosen);
  return (
    <div className={`grid min-h-0 grow ${shown === undefined ? '' : 'grid-cols-[minmax(0,3fr)_minmax(0,2fr)]'}`}>
      <div
        ref={scroller}
        role="list"
        aria-label={label}
        className="min-h-0 overflow-auto"
        onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < nearEndPixels;
        }}
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const update = updates.at(index);
            if (update === undefined) return null;
            const { name, says } = lineOf(update);
            return (
              <div
                key={key}
                role="listitem"
                className="absolute top-0 left-0 w-full"
                style={{ height: rowPixels, transform: `translateY(${start}px)` }}
              >
                <button
                  type="button"
                  aria-pressed={index === chosen}
                  className={`grid h-full w-full grid-cols-[64px_104px_minmax(0,1fr)] items-center gap-2 px-2 text-left text-xs -outline-offset-2 hover:bg-sunken ${index === chosen ? 'bg-accent-soft' : ''}`}
                  onClick={() => setChosen(index === chosen ? undefined : index)}
                >
                  <span className="text-right text-2xs text-muted tabular-nums">{timeOf(update)}</span>
                  <span className="truncate font-medium">{name}</span>
                  <span className="truncate font-mono text-2xs text-muted">{says}</span>
                </button>
              </div>
            );
          })}
        </div>
      </div>
      {shown !== undefined && (
        <div className="min-h-0 border-l border-line">
          <JsonTree label="The event" value={asJson(shown)} />
        </div>
      )}
    </div>
  );
}

/** Without what is not there: JSON knows no undefined. */
function asJson(update: RunUpdate): Json {
  return JSON.parse(JSON.stringify(update)) as Json;
}
