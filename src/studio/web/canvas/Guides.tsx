import { ViewportPortal } from '@xyflow/react';
import type { ReactNode } from 'react';

import { useCanvas } from './canvasStore.ts';

/** The lines in which what is being dragged stands with others. */
export function Guides(): ReactNode {
  const guides = useCanvas((state) => state.guides);
  if (guides.length === 0) return null;
  const path = guides.map(({ axis, at, from, to }) => (axis === 'x' ? `M${at} ${from}V${to}` : `M${from} ${at}H${to}`));
  return (
    <ViewportPortal>
      <svg aria-hidden className="alignment-guides" width="1" height="1">
        <path d={path.join('')} />
      </svg>
    </ViewportPortal>
  );
}
