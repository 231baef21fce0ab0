import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';

export interface Reorder {
  /** The item that is dragged. */
  readonly dragged: number | undefined;
  /** Before which item it would be put: one more than the last for the end. */
  readonly before: number | undefined;
  /** Those of the handle of an item; its `data-item` elements are looked for in the nearest `data-items`. */
  readonly handle: (index: number) => {
    readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
    readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  };
}

/** Lets items of a list be put elsewhere: by dragging a handle, or by the arrow keys on it. */
export function useReorder(count: number, onMove: (from: number, to: number) => void): Reorder {
  const [drag, setDrag] = useState<{ readonly from: number; readonly before: number } | undefined>(undefined);
  const latest = useRef(drag);
  const keep = (next: typeof drag): void => {
    latest.current = next;
    setDrag(next);
  };
  return {
    dragged: drag?.from,
    before: drag?.before,
    handle: (index) => ({
      onPointerDown: (down) => {
        const handle = down.currentTarget;
        const list = handle.closest('[data-items]');
        if (list === null || down.button !== 0) return;
        handle.setPointerCapture(down.pointerId);
        const items = [...list.children].filter((child) => child.hasAttribute('data-item'));
        const onPointerMove = ({ clientY }: globalThis.PointerEvent): void => {
          const above = items.filter((item) => {
            const { top, height } = item.getBoundingClientRect();
            return clientY > top + height / 2;
          });
          keep({ from: index, before: above.length });
        };
        handle.addEventListener('pointermove', onPointerMove);
        handle.addEventListener(
          'lostpointercapture',
          () => {
            handle.removeEventListener('pointermove', onPointerMove);
            const { from, before } = latest.current ?? { from: index, before: index };
            keep(undefined);
            const to = before > from ? before - 1 : before;
            if (to !== from) onMove(from, to);
          },
          { once: true },
        );
      },
      onKeyDown: (event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        const to = index + step;
        if (step === 0 || to < 0 || to >= count) return;
        event.preventDefault();
        event.stopPropagation();
        const list = event.currentTarget.closest('[data-items]');
        onMove(index, to);
        // The focus goes along with what was moved, once it is drawn there.
        setTimeout(() => {
          const handles = [...(list?.querySelectorAll<HTMLElement>('[data-handle]') ?? [])];
          handles.filter((each) => each.closest('[data-items]') === list)[to]?.focus();
        });
      },
    }),
  };
}

/** A list in which an item stands elsewhere. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const left = items.filter((_item, index) => index !== from);
  return [...left.slice(0, to), ...items.slice(from, from + 1), ...left.slice(to)];
}
