import { Command } from 'cmdk';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';

import type { Point } from '../../../../core/workflow/edits/index.ts';

const [width, height] = [320, 360];

interface PickerProps {
  readonly label: string;
  readonly placeholder: string;
  /** Where it opens, in pixels of the window; it stays inside of it. */
  readonly at: Point;
  readonly typed: string;
  readonly onTyped: (typed: string) => void;
  readonly onClose: () => void;
  readonly empty: string;
  /** What stands above the list, such as what was chosen before. */
  readonly head?: ReactNode;
  readonly children: ReactNode;
}

/** A list that opens at a place of the page, narrowed by typing; Enter takes what is marked, Escape closes it. */
export function Picker({
  label,
  placeholder,
  at,
  typed,
  onTyped,
  onClose,
  empty,
  head,
  children,
}: PickerProps): ReactNode {
  const panel = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<Point>(at);
  useLayoutEffect(() => {
    setPlace({
      x: Math.max(8, Math.min(at.x, innerWidth - width - 8)),
      y: Math.max(8, Math.min(at.y, innerHeight - height - 8)),
    });
  }, [at]);
  useEffect(() => {
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (target instanceof Node && panel.current?.contains(target) === false) onClose();
    };
    addEventListener('pointerdown', onPointerDown, true);
    return () => removeEventListener('pointerdown', onPointerDown, true);
  }, [onClose]);
  return (
    <div
      ref={panel}
      role="dialog"
      aria-label={label}
      className="fixed z-40 flex max-h-90 w-80 flex-col overflow-hidden rounded-card border border-line-strong bg-raised shadow-overlay"
      style={{ left: place.x, top: place.y }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Escape') onClose();
        if (event.key === 'Tab') event.preventDefault();
      }}
    >
      <Command label={label} shouldFilter={false} loop className="flex min-h-0 flex-col">
        {head}
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={onTyped}
          placeholder={placeholder}
          className="h-10 shrink-0 border-b border-line bg-transparent px-3 text-sm outline-none placeholder:text-faint"
        />
        <Command.List className="min-h-0 overflow-auto p-1">
          <Command.Empty className="p-3 text-xs text-muted">{empty}</Command.Empty>
          {children}
        </Command.List>
      </Command>
    </div>
  );
}

/** How an entry of such a list looks. */
export const pickerEntry =
  'flex cursor-default items-center gap-2.5 rounded-control px-2 py-1.5 text-xs aria-disabled:text-faint aria-selected:bg-accent-soft';
