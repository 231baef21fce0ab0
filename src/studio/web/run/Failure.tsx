import type { ReactNode } from 'react';

import { useLayout } from '../shell/layoutStore.ts';
import type { Frame } from '../../protocol/index.ts';
import { chooseNode } from './chosenNode.ts';
import type { RunError } from './nodeRun.ts';

/** An exception of the service, with the lines of the project that led to it. */
export function Failure({ error }: { readonly error: RunError }): ReactNode {
  return (
    <div className="rounded-control border border-danger/40 bg-danger-soft p-2 text-xs">
      <p className="wrap-anywhere whitespace-pre-wrap">
        <span className="font-mono font-semibold text-danger">{error.type}</span> {error.message}
      </p>
      <Frames frames={error.frames} />
    </div>
  );
}

/** Lines of a traceback; one that belongs to a node leads to it and to its code. */
export function Frames({ frames }: { readonly frames: readonly Frame[] }): ReactNode {
  if (frames.length === 0) return null;
  return (
    <ol aria-label="Traceback" className="mt-1.5 flex flex-col gap-0.5 font-mono text-2xs">
      {frames.map((frame, index) => (
        <li key={index}>
          <FrameLine frame={frame} />
        </li>
      ))}
    </ol>
  );
}

function FrameLine({ frame: { file, line, text, node } }: { readonly frame: Frame }): ReactNode {
  const words = (
    <>
      <span className="text-muted">
        {file}:{line}
      </span>{' '}
      <span className="text-ink">{text.trim()}</span>
    </>
  );
  if (node === undefined) return <span className="block px-1 py-0.5 wrap-anywhere">{words}</span>;
  return (
    <button
      type="button"
      title="Show the node and its code"
      className="block w-full rounded px-1 py-0.5 text-left wrap-anywhere hover:bg-surface"
      onClick={() => {
        chooseNode(node);
        useLayout.getState().set({ bottom: 'code' });
      }}
    >
      {words} <span className="font-sans text-accent">{node}</span>
    </button>
  );
}
