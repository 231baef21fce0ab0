import type { ReactNode } from 'react';

import { useLayout } from '../shell/layoutStore.ts';
import { isOver } from './liveRun.ts';
import { runFigures } from './runFigures.ts';
import { useShown } from './runStore.ts';
import { StateMark, stateWord } from './StateMark.tsx';

/** How it stands with the run that is shown, in a line; a click shows the rest. Nothing where that is in sight already. */
export function ShownRun(): ReactNode {
  const { bottom, set } = useLayout();
  const state = useShown((run) => run.state);
  const figures = useShown((run) => (isOver(run.state) ? runFigures(run) : ''));
  if (state === undefined || bottom === 'run' || bottom === 'chat') return null;
  return (
    <button
      type="button"
      title={`Show the run: ${figures === '' ? stateWord(state) : figures}`}
      // It gives way to the tabs beside it.
      className="flex h-7 min-w-8 shrink-1000 items-center gap-1.5 overflow-hidden rounded-control px-2 text-xs hover:bg-sunken"
      onClick={() => set({ bottom: 'run' })}
    >
      <StateMark state={state} />
      <span aria-hidden className="font-medium max-xl:sr-only">
        {stateWord(state)}
      </span>
      <span className="min-w-0 truncate text-muted tabular-nums max-xl:sr-only">{figures}</span>
    </button>
  );
}
