import { Suspense, type ReactNode } from 'react';
import { later } from '../design/later.ts';

const SelectedPanel = later(async () => (await import('./SelectedPanel.tsx')).SelectedPanel);

/** The form of what is selected; loaded behind the first paint. */
export function PropertiesPanel(): ReactNode {
  return (
    <Suspense fallback={null}>
      <SelectedPanel />
    </Suspense>
  );
}
