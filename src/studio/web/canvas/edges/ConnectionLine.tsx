import { getBezierPath, useConnection, type ConnectionLineComponentProps } from '@xyflow/react';
import type { ReactNode } from 'react';

import { whyNotConnect } from '../../../../core/workflow/edits/index.ts';
import { useDocument } from '../../document/documentStore.ts';
import { useCanvas } from '../canvasStore.ts';
import type { FlowNode } from '../flowModel.ts';
import { replacedEdge } from '../gestures/wiring.ts';
import { wireBetween } from '../legality.ts';

/** The wire that is being drawn. */
export function ConnectionLine(props: ConnectionLineComponentProps<FlowNode>): ReactNode {
  const { fromX, fromY, toX, toY, fromPosition, toPosition, connectionStatus } = props;
  const [path] = getBezierPath({
    sourceX: fromX,
    sourceY: fromY,
    sourcePosition: fromPosition,
    targetX: toX,
    targetY: toY,
    targetPosition: toPosition,
    curvature: 0.3,
  });
  return <path d={path} className="wire" data-drawing={connectionStatus ?? 'free'} />;
}

/** Over a handle at which the wire cannot end: why, beside the pointer. */
export function WireReason(): ReactNode {
  const drawing = useDocument((state) => state.current?.drawing);
  const start = useCanvas((state) => state.wiring?.start);
  const { x, y, node, handle, kind } = useConnection(({ isValid, toNode, toHandle, pointer }) =>
    isValid === false && toNode !== null && toHandle !== null
      ? { ...pointer, node: toNode.id, handle: toHandle.id ?? undefined, kind: toHandle.type }
      : { x: 0, y: 0, node: undefined, handle: undefined, kind: undefined },
  );
  if (drawing === undefined || start === undefined || node === undefined || handle === undefined) return null;
  const isItself = node === start.node && handle === start.handle && kind === start.kind;
  const why =
    kind === start.kind
      ? 'A wire leads from an output to an input.'
      : whyNotConnect(drawing, wireBetween(start, node, handle), replacedEdge());
  if (why === undefined || isItself) return null;
  return (
    <div role="status" className="wire-reason" style={{ left: x + 14, top: y + 12 }}>
      {why}
    </div>
  );
}
