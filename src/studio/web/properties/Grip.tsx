import { GripVertical } from 'lucide-react';
import type { ReactNode } from 'react';

import type { Reorder } from './useReorder.ts';

interface GripProps {
  readonly name: string;
  readonly handle: ReturnType<Reorder['handle']>;
}

/** What an item of a list is taken by. */
export function Grip({ name, handle }: GripProps): ReactNode {
  return (
    <button
      type="button"
      data-handle
      aria-label={`Move ${name}: drag it, or use the arrow keys up and down`}
      className="grid h-7 w-4 shrink-0 cursor-grab touch-none place-items-center rounded text-faint hover:text-ink active:cursor-grabbing"
      {...handle}
    >
      <GripVertical size={14} aria-hidden />
    </button>
  );
}

/** How an item looks while one of its list is dragged: the one that is, and the line where it would be put. */
export function dragLook({ dragged, before }: Reorder, index: number, count: number): string {
  if (dragged === undefined) return '';
  return [
    dragged === index ? 'opacity-50' : '',
    before === index
      ? 'before:absolute before:inset-x-0 before:-top-1 before:h-0.5 before:rounded before:bg-accent'
      : '',
    before === count && index === count - 1
      ? 'after:absolute after:inset-x-0 after:-bottom-1 after:h-0.5 after:rounded after:bg-accent'
      : '',
  ].join(' ');
}
