import { Suspense, type ReactNode } from 'react';

import { later } from '../design/later.ts';
import { useHistorySource } from './SourceSwitch.tsx';
import { StudioRuns } from './StudioRuns.tsx';

const DurableRuns = later(async () => (await import('./durable/DurableRuns.tsx')).DurableRuns);

/** Runs that are kept: here, or by a service that runs somewhere. */
export function HistoryPanel(): ReactNode {
  const source = useHistorySource((state) => state.source);
  return source === 'studio' ? (
    <StudioRuns />
  ) : (
    <Suspense fallback={null}>
      <DurableRuns />
    </Suspense>
  );
}
