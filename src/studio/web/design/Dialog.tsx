import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

import { IconButton } from './Button.tsx';
import { focusHome } from './focusHome.ts';

interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Of the window: what a sentence needs, what a form needs, what texts side by side need. */
  readonly size?: 'small' | 'medium' | 'large';
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}

const widths = { small: 'max-w-md', medium: 'max-w-2xl', large: 'max-w-6xl' } as const;

/** A window over the page, which waits for it. Escape closes it; the focus goes back to where it was. */
export function Dialog({
  title,
  description,
  isOpen,
  onClose,
  size = 'small',
  footer,
  children,
}: DialogProps): ReactNode {
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(description === undefined && { 'aria-describedby': undefined })}
          // Not the button that closes it, which comes first: what the window itself wants focused has the focus by now.
          onOpenAutoFocus={(event) => {
            event.preventDefault();
            (event.currentTarget as HTMLElement).focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusHome(event.currentTarget as HTMLElement);
          }}
          className={`fixed top-[8vh] left-1/2 z-40 flex max-h-[84vh] outline-none w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-card border border-line bg-surface shadow-overlay ${widths[size]}`}
        >
          <header className="flex items-start gap-3 border-b border-line px-4 py-3">
            <div className="min-w-0 grow">
              <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
              {description !== undefined && (
                <Radix.Description className="mt-0.5 text-xs text-muted">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" keys="Escape" />
            </Radix.Close>
          </header>
          <div className="min-h-0 grow overflow-auto p-4">{children}</div>
          {footer !== undefined && (
            <footer className="flex justify-end gap-2 border-t border-line px-4 py-3">{footer}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
