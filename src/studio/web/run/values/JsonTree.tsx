import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, Search } from 'lucide-react';
import { useMemo, useRef, useState, type ReactNode } from 'react';

import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';
import type { Json } from '../../../../core/workflow/index.ts';
import { CopyButton } from '../CopyButton.tsx';
import { field } from '../../design/fields.ts';
import { counted } from '../../design/figures.ts';
import { jsonRows, type JsonRow } from './jsonRows.ts';

const foldedLength = 240;
/** A value that is one text is shown as far as one reads. */
const foldedWholeLength = 4_000;
const rowPixels = 22;

interface JsonTreeProps {
  readonly label: string;
  readonly value: Json;
  readonly isTruncated?: boolean;
  /** What can be done with the value beside copying it. */
  readonly actions?: ReactNode;
}

/** A value as a tree that can be searched, folded and copied; only what is seen of it is drawn. */
export function JsonTree({ label, value, isTruncated = false, actions }: JsonTreeProps): ReactNode {
  const [search, setSearch] = useState('');
  const [opened, setOpened] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => jsonRows(value, { opened, search }), [value, opened, search]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPixels,
    getItemKey: (index) => rows[index]?.path ?? index,
    overscan: 12,
  });
  const matches = search === '' ? undefined : rows.filter(({ isMatch }) => isMatch).length;
  return (
    <section aria-label={label} className="flex h-full min-h-0 min-w-0 flex-col">
      <div className="flex h-8 shrink-0 items-center gap-1 border-b border-line pr-1 pl-2">
        <h3 className="truncate text-xs font-medium">{label}</h3>
        {isTruncated && (
          <span className="shrink-0 rounded-control bg-warning-soft px-1.5 text-2xs text-warning">
            cut: it was longer
          </span>
        )}
        <span className="grow" />
        <span role="status" className="text-2xs text-muted">
          {matches === undefined ? '' : counted(matches, 'match', 'matches')}
        </span>
        <label className="relative shrink-0">
          <Search size={12} aria-hidden className="absolute top-1.5 left-1.5 text-faint" />
          <input
            type="search"
            aria-label={`Search in ${label}`}
            placeholder="Search"
            className={`${field} h-6 w-24 pl-6 text-2xs focus:w-40`}
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        </label>
        {actions}
        <CopyButton
          label={`Copy ${label}`}
          text={() => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
        />
      </div>
      <div
        ref={scroller}
        tabIndex={0}
        aria-label={`${label}, as a tree`}
        role="group"
        className="min-h-0 grow overflow-auto"
      >
        <div className="relative w-full" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => {
            const row = rows[index];
            return row === undefined ? null : (
              <div
                key={key}
                data-index={index}
                ref={virtual.measureElement}
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${start}px)` }}
              >
                <Row
                  row={row}
                  isUnfolded={unfolded.has(row.path)}
                  onToggle={() => setOpened(new Map(opened).set(row.path, !row.isOpen))}
                  onUnfold={() => setUnfolded(toggled(unfolded, row.path))}
                />
              </div>
            );
          })}
        </div>
      </div>
    </section>
  );
}

function toggled(paths: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(paths);
  if (!next.delete(path)) next.add(path);
  return next;
}

interface RowProps {
  readonly row: JsonRow;
  readonly isUnfolded: boolean;
  readonly onToggle: () => void;
  readonly onUnfold: () => void;
}

function Row({ row, isUnfolded, onToggle, onUnfold }: RowProps): ReactNode {
  const { name, value, count, isOpen, isMatch, depth } = row;
  const indent = { paddingLeft: 8 + depth * 14 };
  const look = `flex min-h-[22px] w-full items-start gap-1 pr-2 text-left font-mono text-xs leading-[22px] ${isMatch ? 'bg-warning-soft' : ''}`;
  const key = name !== undefined && <span className="shrink-0 text-info">{pageText(name)}:</span>;
  if (count !== undefined)
    return (
      <button
        type="button"
        aria-expanded={isOpen}
        className={`${look} hover:bg-sunken`}
        style={indent}
        onClick={onToggle}
      >
        <ChevronRight size={12} aria-hidden className={`mt-[5px] shrink-0 text-faint ${isOpen ? 'rotate-90' : ''}`} />
        {key}
        <span className="text-faint">
          {Array.isArray(value) ? `[${counted(count, 'item')}]` : `{${counted(count, 'key')}}`}
        </span>
      </button>
    );
  return (
    <div className={`${look} pl-[20px]`} style={{ paddingLeft: indent.paddingLeft + 16 }}>
      {key}
      <Leaf
        value={value}
        most={name === undefined ? foldedWholeLength : foldedLength}
        isUnfolded={isUnfolded}
        onUnfold={onUnfold}
      />
    </div>
  );
}

interface LeafProps {
  readonly value: Json;
  /** Characters that are shown of a text that is folded. */
  readonly most: number;
  readonly isUnfolded: boolean;
  readonly onUnfold: () => void;
}

function Leaf({ value, most, isUnfolded, onUnfold }: LeafProps): ReactNode {
  if (typeof value !== 'string') return <span className="text-accent">{JSON.stringify(value)}</span>;
  const isLong = value.length > most;
  return (
    <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
      {isLong && !isUnfolded ? (
        `${pageText(value.slice(0, most))}…`
      ) : value === '' ? (
        <i className="text-faint">empty text</i>
      ) : (
        pageText(value)
      )}
      {isLong && (
        <button type="button" className="ml-1 font-sans text-2xs text-accent underline" onClick={onUnfold}>
          {isUnfolded ? 'less' : `all ${counted(value.length, 'character')}`}
        </button>
      )}
    </span>
  );
}
