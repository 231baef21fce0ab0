import { ChevronRight, RotateCcw, Wrench } from 'lucide-react';
import { memo, useState, type ReactNode } from 'react';

import type { Problem } from '../../../../core/events.ts';
import { Button } from '../../design/Button.tsx';
import { CopyButton } from '../CopyButton.tsx';
import { preview } from '../../design/figures.ts';
import { isOver, type LiveRun } from '../liveRun.ts';
import { useRuns } from '../runStore.ts';
import type { Part } from '../said.ts';
import { Prose } from '../Prose.tsx';
import { runFigures } from '../runFigures.ts';
import { JsonTree } from '../values/JsonTree.tsx';
import { GrowingText } from '../GrowingText.tsx';
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
  const speakers = new Set(said.map(({ node }) => node));
  const isSilent = said.length === 0 && !isOver(state);
  return (
    <div className="group flex max-w-[48rem] min-w-0 flex-col gap-2 contain-layout">
      {said.map((part, index) => (
        <SaidPart
          key={index}
          part={part}
          name={speakers.size > 1 && said[index - 1]?.node !== part.node ? part.node : undefined}
          isLast={index === said.length - 1 && !isOver(state)}
        />
      ))}
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

interface SaidPartProps {
  readonly part: Part;
  /** The node that speaks, where it is not the one before. */
  readonly name: string | undefined;
  readonly isLast: boolean;
}

const SaidPart = memo(function SaidPart({ part, name, isLast }: SaidPartProps): ReactNode {
  return (
    <div className="min-w-0">
      {name !== undefined && <p className="mb-0.5 text-2xs font-medium text-muted">{name}</p>}
      {part.kind === 'text' ? (
        <GrowingText text={part.text} isGrowing={isLast} />
      ) : part.kind === 'reasoning' ? (
        <Folded title={isLast ? 'Thinking …' : 'What it thought'}>
          <GrowingText text={part.text} isGrowing={false} />
        </Folded>
      ) : part.kind === 'call' ? (
        <CallCard part={part} />
      ) : (
        <div className="h-40 overflow-hidden rounded-control border border-line">
          <JsonTree label={isLast ? 'The answer so far' : 'The answer'} value={part.value} />
        </div>
      )}
    </div>
  );
});

function Folded({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="text-xs text-muted">
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex items-center gap-1 hover:text-ink"
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight size={12} aria-hidden className={isOpen ? 'rotate-90' : ''} />
        {title}
      </button>
      {isOpen && <div className="mt-1 border-l-2 border-line pl-3">{children}</div>}
    </div>
  );
}

function CallCard({ part }: { readonly part: Extract<Part, { readonly kind: 'call' }> }): ReactNode {
  const { name, argumentsText, result, error } = part;
  const isAnswered = result !== undefined || error !== undefined;
  return (
    <div className="w-fit max-w-full min-w-0 rounded-control border border-line bg-sunken px-2.5 py-1.5 text-xs">
      <p className="flex min-w-0 items-baseline gap-1.5">
        <Wrench size={12} aria-hidden className="shrink-0 translate-y-0.5 text-muted" />
        <span className="shrink-0 font-medium">{name}</span>
        <code className="min-w-0 text-2xs text-muted wrap-anywhere">{preview(argumentsText, 400)}</code>
      </p>
      {isAnswered && (
        <p className="mt-1 border-t border-line pt-1 text-2xs wrap-anywhere">
          {error === undefined ? (
            <code>{preview(result, 600)}</code>
          ) : (
            <span className="text-danger">{preview(error, 600)}</span>
          )}
        </p>
      )}
    </div>
  );
}

/** An output that was not said already. */
function Output({ output, said }: Pick<LiveRun, 'output' | 'said'>): ReactNode {
  if (output === undefined) return null;
  const told = said.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  if (typeof output === 'string')
    return told.join('').includes(output) ? null : <GrowingText text={output} isGrowing={false} />;
  return (
    <div className="h-56 max-w-full overflow-hidden rounded-control border border-line">
      <JsonTree label="Output" value={output} />
    </div>
  );
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
