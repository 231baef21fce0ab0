import { CircleCheck, CircleDashed, CircleSlash, CircleX, Hourglass, LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';

import { StatusSign, type StatusSignProps } from '../../design/StatusSign.tsx';
import type { Standing } from './standings.ts';

const marks = {
  running: { icon: LoaderCircle, look: 'text-accent motion-safe:animate-spin', word: 'Running' },
  begun: { icon: LoaderCircle, look: 'text-accent motion-safe:animate-spin', word: 'Running' },
  waiting: { icon: Hourglass, look: 'text-warning', word: 'Waiting' },
  succeeded: { icon: CircleCheck, look: 'text-success', word: 'Done' },
  done: { icon: CircleCheck, look: 'text-success', word: 'Done' },
  failed: { icon: CircleX, look: 'text-danger', word: 'Failed' },
  cancelled: { icon: CircleSlash, look: 'text-muted', word: 'Cancelled' },
  unfinished: { icon: CircleDashed, look: 'text-muted', word: 'Not finished' },
} as const satisfies Record<Standing, StatusSignProps>;

export function standingWord(standing: Standing): string {
  return marks[standing].word;
}

/** How it stands with a run or a step, as a sign; with its word for those who do not see it. */
export function StandingMark({ standing }: { readonly standing: Standing }): ReactNode {
  return <StatusSign {...marks[standing]} />;
}
