import { Popover } from 'radix-ui';
import type { ComponentProps, ReactNode, RefObject } from 'react';

export interface PopoverPanelProps extends Omit<ComponentProps<typeof Popover.Content>, 'asChild' | 'ref'> {
  /** What it stands at, and what has the focus again when it closes. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
}

/** What lies over the page beside something of it. */
export function PopoverPanel({ anchor, onClose, className = '', ...rest }: PopoverPanelProps): ReactNode {
  return (
    <Popover.Root open onOpenChange={(isOpen) => isOpen || onClose()}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          sideOffset={6}
          collisionPadding={8}
          className={`z-50 rounded-card border border-line bg-raised text-ink shadow-overlay ${className}`}
          onInteractOutside={(event) => {
            // What opened it closes it by itself.
            if (event.target instanceof Node && anchor.current?.contains(event.target) === true) event.preventDefault();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (document.activeElement === document.body) anchor.current?.focus();
          }}
          {...rest}
        />
      </Popover.Portal>
    </Popover.Root>
  );
}
