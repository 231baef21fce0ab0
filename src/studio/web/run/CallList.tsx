import { useMemo, useState, type ReactNode } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import type { ModelCall } from '../../protocol/index.ts';
import { callAnswerer } from './answerers.ts';
import { CopyButton } from './CopyButton.tsx';
import { duration } from '../design/figures.ts';
import { JsonTree } from './values/JsonTree.tsx';

const longAnswer = 20_000;

/** The model calls of a node as they went over the wire. */
export function CallList({ calls }: { readonly calls: readonly ModelCall[] }): ReactNode {
  const [chosen, setChosen] = useState<string>();
  const call = calls.find(({ id }) => id === chosen) ?? calls.at(-1);
  if (call === undefined) return null;
  return (
    <div className="flex h-full min-h-0 flex-col">
      {calls.length > 1 && (
        <div role="group" aria-label="Which call" className="flex shrink-0 flex-wrap gap-1 border-b border-line p-1">
          {calls.map((each, index) => (
            <button
              key={each.id}
              type="button"
              aria-pressed={each === call}
              className={`rounded-control px-2 text-2xs leading-5 ${each === call ? 'bg-accent-soft text-accent' : 'text-muted hover:bg-sunken'}`}
              onClick={() => setChosen(each.id)}
            >
              {index + 1}
            </button>
          ))}
        </div>
      )}
      <Call key={call.id} call={call} />
    </div>
  );
}

function Call({ call }: { readonly call: ModelCall }): ReactNode {
  const [side, setSide] = useState<'request' | 'answer'>('request');
  const { status, firstByteMs, elapsedMs, isCancelled, path, request } = call;
  const isFailure = (status ?? 0) >= 400;
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-0.5 border-b border-line px-2 py-1 text-2xs text-muted">
        <code className="text-ink">POST {path}</code>
        <span className={isFailure ? 'font-semibold text-danger' : ''}>{status ?? 'no answer yet'}</span>
        {firstByteMs !== undefined && <span>first byte {duration(firstByteMs)}</span>}
        {elapsedMs !== undefined && <span>{duration(elapsedMs)}</span>}
        <span>answered by {callAnswerer(call)}</span>
        {isCancelled && <span className="text-warning">closed before its end</span>}
        <span className="grow" />
        {(['request', 'answer'] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={side === each}
            className={`rounded-control px-1.5 leading-5 ${side === each ? 'bg-accent-soft text-accent' : 'hover:bg-sunken'}`}
            onClick={() => setSide(each)}
          >
            {each === 'request' ? 'As sent' : 'Answer'}
          </button>
        ))}
      </div>
      <div className="min-h-0 grow">
        {side === 'request' ? <JsonTree label="The request" value={request} /> : <Answer text={call.answer} />}
      </div>
    </>
  );
}

/** JSON as a tree, a stream of events as it came. */
function Answer({ text }: { readonly text: string | undefined }): ReactNode {
  const json = useMemo(() => jsonOf(text), [text]);
  const [isWhole, setWhole] = useState(false);
  if (text === undefined) return <p className="p-3 text-xs text-muted">No answer has come yet.</p>;
  if (json !== undefined) return <JsonTree label="The answer" value={json.value} />;
  return (
    <div tabIndex={0} className="relative h-full overflow-auto">
      <span className="absolute top-1 right-1">
        <CopyButton label="Copy the answer" text={() => text} />
      </span>
      <pre className="p-2 pr-9 font-mono text-2xs wrap-anywhere whitespace-pre-wrap">
        {isWhole ? text : text.slice(0, longAnswer)}
      </pre>
      {!isWhole && text.length > longAnswer && (
        <button type="button" className="px-2 pb-2 text-2xs text-accent underline" onClick={() => setWhole(true)}>
          The rest of it
        </button>
      )}
    </div>
  );
}

function jsonOf(text: string | undefined): { readonly value: Json } | undefined {
  if (text === undefined) return undefined;
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}
