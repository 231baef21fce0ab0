import { RotateCcw } from 'lucide-react';
import { memo, type ReactNode } from 'react';

import type { Problem } from '../../../../core/events.ts';
import { Button } from '../../design/Button.tsx';
import { CopyButton } from '../CopyButton.tsx';
import { isOver, type LiveRun } from '../liveRun.ts';
import { useRuns } from '../runStore.ts';
import { Output, SaidParts } from '../SaidParts.tsx';
import { Prose } from '../Prose.tsx';
import { runFigures } from '../runFigures.ts';
import { textOfAnswer } from './answerText.ts';

interface ChatAnswerProps {
  readonly run: string;
  readonly onRetry: (() => void) | undefined;
}

/** What a run answers, as it comes. Only this is drawn anew with its tokens. */
export const ChatAnswer = memo(function ChatAnswer({ run: id, onRetry }: ChatAnswerProps): ReactNode {
  const run = useRuns(({ runs }) => runs.get(id));
  if (run === undefined) return null;
  const { said, state, output, note } = run;
  const isSilent = said.length === 0 && !isOver(state);
  return (
    <div className="group flex max-w-[48rem] min-w-0 flex-col gap-2 contain-layout">
      <SaidParts said={said} isGrowing={!isOver(state)} />
      {isSilent && (
        <p className="text-muted motion-safe:animate-pulse">
          {state === 'preparing' ? (note ?? 'Preparing …') : `${working(run)} …`}
        </p>
      )}
      <Output output={output} said={said} />
      {state === 'failed' && <ErrorCard run={run} problem={run.problem} onRetry={onRetry} />}
      {state === 'cancelled' && <p className="text-xs text-muted">Stopped. {note ?? ''}</p>}
      {isOver(state) && <UsageLine run={run} onRetry={state === 'failed' ? undefined : onRetry} />}
    </div>
  );
});

/** Which nodes are at work before the first word. */
function working({ nodes }: LiveRun): string {
  return [...nodes].flatMap(([node, { state }]) => (state === 'running' ? [node] : [])).join(', ');
}

interface ErrorCardProps {
  readonly run: LiveRun;
  readonly problem: Problem | undefined;
  readonly onRetry: (() => void) | undefined;
}

function ErrorCard({ run, problem, onRetry }: ErrorCardProps): ReactNode {
  const hint = problem?.hint ?? run.hint;
  return (
    <div role="alert" className="rounded-control border border-danger/40 bg-danger-soft px-3 py-2 text-xs">
      <p className="wrap-anywhere">
        {problem !== undefined && <code className="mr-1.5 font-semibold text-danger">{problem.code}</code>}
        <Prose text={problem?.detail ?? run.note ?? run.failures.at(-1)?.error.message ?? 'The run has failed.'} />
      </p>
      {typeof hint === 'string' && (
        <p className="mt-1 whitespace-pre-wrap text-muted">
          <Prose text={hint} />
        </p>
      )}
      {onRetry !== undefined && (
        <Button icon={RotateCcw} className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function UsageLine({ run, onRetry }: { readonly run: LiveRun; readonly onRetry: (() => void) | undefined }): ReactNode {
  return (
    <div className="flex h-7 items-center gap-1 text-2xs text-muted">
      <span className="tabular-nums">{runFigures(run)}</span>
      <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
        <CopyButton label="Copy the answer" text={() => textOfAnswer(run)} />
        {onRetry !== undefined && (
          <Button look="quiet" icon={RotateCcw} onClick={onRetry}>
            Again
          </Button>
        )}
      </span>
    </div>
  );
}
