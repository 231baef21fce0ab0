import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

import { useStudio } from '../api/studioStore.ts';
import { useShown } from './runStore.ts';

/** What a run waits for before it can begin: it lies over the canvas, so that nothing moves. */
export function RunProgress(): ReactNode {
  const progress = useStudio((state) => state.progress);
  const state = useShown((run) => run.state);
  const note = useShown((run) => run.note);
  const text = progress ?? (state === 'preparing' ? (note ?? 'Preparing the service') : undefined);
  if (text === undefined) return null;
  return (
    <div className="fixed top-14 left-1/2 z-30 flex w-max max-w-96 -translate-x-1/2 items-center gap-2 rounded-card border border-line bg-raised px-3 py-2 text-xs shadow-raised">
      <LoaderCircle size={14} aria-hidden className="shrink-0 text-accent motion-safe:animate-spin" />
      <span className="line-clamp-2">{text}</span>
    </div>
  );
}
