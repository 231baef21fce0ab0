import { useState, type ReactNode } from 'react';

import { chooseNode } from './chosenNode.ts';
import { Failure } from './Failure.tsx';
import { Prose } from './Prose.tsx';
import type { LiveRun } from './liveRun.ts';

/** Why a run ended as nobody wanted: what happened, at which node, and what to do next. */
export function RunFailure({ run }: { readonly run: LiveRun }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { problem, note, hint, state, failures } = run;
  if (state !== 'failed') return null;
  const [message, way] = [problem?.detail ?? note ?? failures.at(-1)?.error.message, problem?.hint ?? hint];
  const node = problem?.node ?? failures.at(-1)?.node;
  return (
    <div
      role="alert"
      className="max-h-[45%] shrink-0 overflow-auto border-b border-line bg-danger-soft px-3 py-2 text-xs"
    >
      <div className="flex items-baseline gap-2">
        <p className="min-w-0 grow wrap-anywhere">
          {problem !== undefined && <code className="mr-1.5 font-semibold text-danger">{problem.code}</code>}
          <Prose text={message ?? 'The run has failed.'} />
        </p>
        {typeof node === 'string' && (
          <button type="button" className="shrink-0 text-accent underline" onClick={() => chooseNode(node)}>
            {node}
          </button>
        )}
        {failures.length > 0 && (
          <button
            type="button"
            aria-expanded={isOpen}
            className="shrink-0 text-accent underline"
            onClick={() => setOpen(!isOpen)}
          >
            Traceback
          </button>
        )}
      </div>
      {typeof way === 'string' && (
        <p className="mt-0.5 whitespace-pre-wrap text-muted">
          <Prose text={way} />
        </p>
      )}
      {isOpen && (
        <div className="mt-2 flex flex-col gap-2">
          {failures.map(({ error }, index) => (
            <Failure key={index} error={error} />
          ))}
        </div>
      )}
    </div>
  );
}
