import { Reply } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';

import { EmptyState } from '../../design/EmptyState.tsx';
import type { RunUpdate } from '../../../protocol/index.ts';
import { CopyButton } from '../CopyButton.tsx';
import { duration } from '../../design/figures.ts';
import { isOver, type LiveRun } from '../liveRun.ts';
import { RunFailure } from '../RunFailure.tsx';
import { StateMark, stateWord } from '../StateMark.tsx';
import { UpdateList } from '../UpdateList.tsx';
import { useSampledRun } from '../useSampledRun.ts';
import { JsonTree } from '../values/JsonTree.tsx';

type StreamEvent = Extract<RunUpdate, { readonly kind: 'event' | 'said' }>;

/** What the service answered: status, headers, and the body or the events of its stream with their times. */
export function ResponseView(): ReactNode {
  const run = useSampledRun();
  const [part, setPart] = useState<'body' | 'headers'>('body');
  const events = useMemo(() => eventsOf(run), [run]);
  if (run === undefined)
    return (
      <EmptyState icon={Reply} title="No answer yet">
        Send the request to see the answer as a program would get it.
      </EmptyState>
    );
  const { response, state } = run;
  const headers = Object.entries(response?.headers ?? {});
  const isFailure = (response?.status ?? 0) >= 400;
  return (
    <section aria-label="Response" className="flex h-full min-h-0 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-2 border-b border-line px-2 text-xs">
        <StateMark state={state} />
        {response === undefined ? (
          <span className="text-muted">{stateWord(state)}</span>
        ) : (
          <span className={`font-semibold ${isFailure ? 'text-danger' : 'text-success'}`}>{response.status}</span>
        )}
        <span className="truncate text-2xs text-muted">
          {isSocket(response) ? 'WebSocket' : response?.headers['content-type']}
        </span>
        <span className="grow" />
        <div role="group" aria-label="What is shown of it" className="flex shrink-0 gap-1 whitespace-nowrap">
          {(['body', 'headers'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={part === each}
              className={`rounded-control px-2 text-2xs leading-6 ${part === each ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken'}`}
              onClick={() => setPart(each)}
            >
              {each === 'body' ? (isStreamed(run) ? `Events ${events.length}` : 'Body') : `Headers ${headers.length}`}
            </button>
          ))}
        </div>
        <CopyButton label="Copy the body as it came" text={() => rawBody(run, events)} />
      </div>
      {part === 'headers' ? (
        <dl
          tabIndex={0}
          className="grid min-h-0 grow auto-rows-min grid-cols-[auto_1fr] gap-x-3 gap-y-1 overflow-auto p-3 text-xs"
        >
          {headers.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <>
          <RunFailure run={run} />
          <Body run={run} events={events} />
        </>
      )}
    </section>
  );
}

function Body({ run, events }: { readonly run: LiveRun; readonly events: readonly StreamEvent[] }): ReactNode {
  const [only] = events;
  if (only === undefined)
    return (
      <p className="p-3 text-xs text-muted">{isOver(run.state) ? 'There is no body.' : 'Nothing has come yet.'}</p>
    );
  if (!isStreamed(run))
    return (
      <div className="min-h-0 grow">
        <JsonTree label="Body" value={only.kind === 'event' ? only.data : only.message} />
      </div>
    );
  return (
    <UpdateList
      label="Events of the stream"
      updates={events}
      lineOf={(update) =>
        update.kind === 'event'
          ? { name: update.event, says: JSON.stringify(update.data) }
          : { name: 'said', says: update.kind === 'said' ? JSON.stringify(update.message) : '' }
      }
      timeOf={({ at }) => `+${duration(at - (run.startedAt ?? only.at))}`}
    />
  );
}

function eventsOf(run: LiveRun | undefined): readonly StreamEvent[] {
  return [...(run?.updates ?? [])].filter((update) => update.kind === 'event' || update.kind === 'said');
}

function isStreamed({ response }: LiveRun): boolean {
  return isSocket(response) || (response?.headers['content-type']?.startsWith('text/event-stream') ?? false);
}

/** 101 is "Switching Protocols": https://www.rfc-editor.org/rfc/rfc9110#section-15.2.2 */
function isSocket(response: LiveRun['response']): boolean {
  return response?.status === 101;
}

function rawBody(run: LiveRun, events: readonly StreamEvent[]): string {
  const told = events.filter((update) => update.kind === 'event');
  const [only] = told;
  if (isSocket(run.response))
    return told.map(({ event, data }) => `${JSON.stringify({ id: run.id, event, data })}\n`).join('');
  if (!isStreamed(run)) return only === undefined ? '' : JSON.stringify(only.data, null, 2);
  return told.map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
}
