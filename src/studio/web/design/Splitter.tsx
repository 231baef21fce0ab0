import type { KeyboardEvent, PointerEvent, ReactNode } from 'react';

interface SplitterProps {
  readonly label: string;
  /** The side of the splitter at which what it sizes lies. */
  readonly of: 'left' | 'right' | 'below';
  /** Pixels. */
  readonly size: number;
  readonly least: number;
  readonly most: number;
  readonly onSize: (size: number) => void;
}

const stepPixels = 16;

/** A line between two parts of the page that can be moved, by pointer and by arrow keys. */
export function Splitter({ label, of, size, least, most, onSize }: SplitterProps): ReactNode {
  const isVertical = of !== 'below';
  const sign = of === 'left' ? 1 : -1;
  const set = (wanted: number): void => onSize(Math.round(Math.min(most, Math.max(least, wanted))));
  const onPointerDown = (down: PointerEvent<HTMLDivElement>): void => {
    const line = down.currentTarget;
    const from = isVertical ? down.clientX : down.clientY;
    line.setPointerCapture(down.pointerId);
    const onMove = (move: globalThis.PointerEvent): void =>
      set(size + sign * ((isVertical ? move.clientX : move.clientY) - from));
    line.addEventListener('pointermove', onMove);
    line.addEventListener('lostpointercapture', () => line.removeEventListener('pointermove', onMove), { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const [smaller, larger] = isVertical ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    if (event.key !== smaller && event.key !== larger) return;
    event.preventDefault();
    event.stopPropagation();
    set(size + sign * (event.key === larger ? stepPixels : -stepPixels));
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isVertical ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      aria-valuemin={least}
      aria-valuemax={most}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      className={`relative z-10 shrink-0 touch-none bg-line transition-colors hover:bg-accent focus-visible:bg-accent ${
        isVertical
          ? 'w-px cursor-col-resize before:absolute before:inset-y-0 before:-inset-x-1'
          : 'h-px cursor-row-resize before:absolute before:inset-x-0 before:-inset-y-1'
      }`}
    />
  );
}
