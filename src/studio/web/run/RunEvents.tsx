import type { ReactNode } from 'react';

import { eventLine } from './eventLine.ts';
import { duration } from '../design/figures.ts';
import type { LiveRun } from './liveRun.ts';
import { UpdateList } from './UpdateList.tsx';

/** Everything that became known of a run, as it came. */
export function RunEvents({ run: { updates } }: { readonly run: LiveRun }): ReactNode {
  const begin = updates.at(0)?.at ?? 0;
  return (
    <UpdateList
      label="Events of the run"
      updates={updates}
      lineOf={eventLine}
      timeOf={({ at }) => `+${duration(at - begin)}`}
    />
  );
}
