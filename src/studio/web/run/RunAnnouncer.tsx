import { useMemo, type ReactNode } from 'react';

import { announcements } from './announcements.ts';
import { useRuns, useShown } from './runStore.ts';

/** Reads out how the shown run goes on, for those who do not see it. */
export function RunAnnouncer(): ReactNode {
  const id = useShown((run) => run.id);
  // Not tokens: only what starts and ends.
  const progress = useShown((run) => `${run.state} ${[...run.nodes.values()].map(({ state }) => state[0]).join('')}`);
  const lines = useMemo(() => {
    const run = id === undefined ? undefined : useRuns.getState().runs.get(id);
    return run === undefined ? [] : announcements(run);
  }, [id, progress]);
  return (
    <div role="log" aria-live="polite" aria-label="The run" className="sr-only">
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  );
}
