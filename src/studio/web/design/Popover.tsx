import { Suspense, type ReactNode } from 'react';

import type { PopoverPanelProps } from './overlays/PopoverPanel.tsx';
import { later } from './later.ts';

const Panel = later(async () => (await import('./overlays/layers.tsx')).PopoverPanel);

/** What lies over the page beside something of it, while it is open. */
export function Popover({ isOpen, ...rest }: PopoverPanelProps & { readonly isOpen: boolean }): ReactNode {
  return (
    isOpen && (
      <Suspense fallback={null}>
        <Panel {...rest} />
      </Suspense>
    )
  );
}
