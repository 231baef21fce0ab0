import { Suspense, useEffect, useState, type ReactNode } from 'react';
import { Search } from 'lucide-react';

import { addCommands } from './registry.ts';
import { later } from '../design/later.ts';

const PaletteDialog = later(async () => (await import('./PaletteDialog.tsx')).PaletteDialog);

/** Everything that can be done, the nodes and the findings, in one list. */
export function CommandPalette(): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(
    () =>
      addCommands([
        {
          id: 'command-palette',
          title: 'Find and do',
          group: 'Help',
          keys: ['Mod+K', 'Mod+Shift+P'],
          icon: Search,
          run: () => setIsOpen(true),
        },
      ]),
    [],
  );
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <PaletteDialog onClose={() => setIsOpen(false)} />
    </Suspense>
  );
}
