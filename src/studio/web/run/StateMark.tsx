import { Circle, CircleCheck, CircleSlash, CircleX, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

import type { RunState } from '../../protocol/index.ts';
import { StatusSign } from '../design/StatusSign.tsx';

const marks = {
  preparing: { icon: LoaderCircle, look: 'text-muted motion-safe:animate-spin', word: 'Preparing' },
  running: { icon: LoaderCircle, look: 'text-accent motion-safe:animate-spin', word: 'Running' },
  done: { icon: CircleCheck, look: 'text-success', word: 'Done' },
  failed: { icon: CircleX, look: 'text-danger', word: 'Failed' },
  cancelled: { icon: CircleSlash, look: 'text-muted', word: 'Stopped' },
  waiting: { icon: Circle, look: 'text-faint', word: 'Not run' },
} as const;

/** The word for a state. */
export function stateWord(state: RunState | 'waiting'): string {
  return marks[state].word;
}

/** How it stands with a run or a node, as a sign; with its word for those who do not see it. */
export function StateMark({ state }: { readonly state: RunState | 'waiting' }): ReactNode {
  return <StatusSign {...marks[state]} />;
}
