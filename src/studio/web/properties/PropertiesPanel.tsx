import { lazy, Suspense, type ReactNode } from 'react';

const SelectedPanel = lazy(async () => ({ default: (await import('./SelectedPanel.tsx')).SelectedPanel }));

/** The form of what is selected; loaded behind the first paint. */
export function PropertiesPanel(): ReactNode {
  return (
    <Suspense fallback={null}>
      <SelectedPanel />
    </Suspense>
  );
}
