import { Suspense, type ReactNode } from 'react';

import { counted } from '../design/figures.ts';
import { later } from '../design/later.ts';
import { useDocument } from '../document/documentStore.ts';

const Beginning = later(async () => (await import('./Beginning.tsx')).Beginning);

/** How to begin, or why nothing can be drawn, where nothing is. */
export function EmptyHint(): ReactNode {
  const isEmpty = useDocument(
    ({ current }) => current !== undefined && current.drawing.nodes.length + current.drawing.notes.length === 0,
  );
  return <Suspense fallback={null}>{isEmpty && <Beginning />}</Suspense>;
}

/** Nodes are about to appear, once each has a place. What is quick shows nothing. */
export function Placing(): ReactNode {
  const nodes = useDocument(({ current }) => current?.drawing.nodes.length ?? 0);
  return (
    <div role="status" className="shown-late pointer-events-none absolute inset-0 grid place-items-center">
      <p className="text-xs text-muted">Placing {counted(nodes, 'node')} …</p>
    </div>
  );
}
