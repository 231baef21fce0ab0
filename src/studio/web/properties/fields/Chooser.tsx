import { Command } from 'cmdk';
import { ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState, type ReactNode } from 'react';

import { ranked } from '../../design/ranked.ts';
import { useActiveItem } from '../../design/useActiveItem.ts';
import { inputLook } from '../controls.tsx';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface ChooserProps {
  readonly label: string;
  readonly value: string;
  readonly describedBy?: string | undefined;
  /** What is known of the value, under it. */
  readonly line?: ReactNode;
  readonly entries: readonly { readonly value: string; readonly cells: ReactNode }[];
  /** The grid of an entry's cells, and what stands above them. */
  readonly columns: string;
  readonly head?: ReactNode;
  readonly placeholder: string;
  /** What is said where nothing is listed. */
  readonly nothing?: string;
  /** Another name than those of the list, as it is offered; undefined where it can be none. */
  readonly other: (typed: string) => string | undefined;
  readonly onChoose: (value: string) => void;
  /** What stands below the list. */
  readonly foot?: ReactNode;
}

/** One of a list that tells more than names, found by typing; or another name. */
export function Chooser(props: ChooserProps): ReactNode {
  const { label, value, describedBy, line, entries, columns, head, placeholder, nothing, other, onChoose, foot } =
    props;
  const [isOpen, setIsOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const input = useActiveItem(wanted);
  const take = (chosen: string): void => {
    setIsOpen(false);
    setWanted('');
    if (chosen !== value) onChoose(chosen);
  };
  const typed = wanted.trim();
  const otherwise = typed === '' || entries.some((each) => each.value === typed) ? undefined : other(typed);
  return (
    <Popover.Root open={isOpen} onOpenChange={setIsOpen}>
      <Popover.Trigger asChild>
        <button
          type="button"
          aria-describedby={describedBy}
          className={`${inputLook} flex h-auto! min-h-8 items-center gap-2 py-1 text-left`}
        >
          <span className="min-w-0 grow">
            <span className="sr-only">{label}: </span>
            <span className={`block truncate ${value === '' ? 'text-faint' : ''}`}>
              {value === '' ? 'Not set' : pageText(value)}
            </span>
            {line}
          </span>
          <ChevronsUpDown size={14} aria-hidden className="shrink-0 text-muted" />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={`Choose ${label.toLowerCase()}`}
          className="z-50 w-[38rem] max-w-[calc(100vw-1rem)] rounded-card border border-line bg-raised shadow-overlay"
        >
          <Command loop label={label} defaultValue={value} filter={ranked}>
            <Command.Input
              ref={input}
              autoFocus
              value={wanted}
              onValueChange={setWanted}
              placeholder={placeholder}
              className="h-9 w-full border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-faint"
            />
            {entries.length > 0 && head !== undefined && (
              <div aria-hidden className={`${columns} px-3 pt-2 pb-1 text-2xs text-muted`}>
                {head}
              </div>
            )}
            {entries.length === 0 && nothing !== undefined && (
              <p className="px-3 pt-2 pb-1 text-xs text-muted">{nothing}</p>
            )}
            <Command.List className="max-h-[min(24rem,calc(var(--radix-popover-content-available-height)-5rem))] overflow-auto p-1">
              {entries.map((entry) => (
                <Command.Item
                  key={entry.value}
                  value={entry.value}
                  onSelect={() => take(entry.value)}
                  className={`${columns} ${row}`}
                >
                  {entry.cells}
                </Command.Item>
              ))}
              {otherwise !== undefined && (
                <Command.Item forceMount value={`use ${typed}`} onSelect={() => take(typed)} className={`${row} block`}>
                  {otherwise}
                </Command.Item>
              )}
            </Command.List>
          </Command>
          {foot}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const row = 'cursor-default rounded-control px-2 py-1 text-xs data-[selected=true]:bg-accent-soft';
