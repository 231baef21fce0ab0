import { Keyboard } from 'lucide-react';
import { Suspense, useEffect, useState, type ReactNode } from 'react';

import { addCommands } from './registry.ts';
import { later } from '../design/later.ts';

const KeySheetDialog = later(async () => (await import('./KeySheetDialog.tsx')).KeySheetDialog);

/** All keys there are, made of the commands themselves. */
export function KeySheet(): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  useEffect(
    () =>
      addCommands([
        { id: 'key-sheet', title: 'All keys', group: 'Help', keys: ['?'], icon: Keyboard, run: () => setIsOpen(true) },
      ]),
    [],
  );
  if (!isOpen) return null;
  return (
    <Suspense fallback={null}>
      <KeySheetDialog onClose={() => setIsOpen(false)} />
    </Suspense>
  );
}
