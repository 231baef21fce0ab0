import { Handle, Position } from '@xyflow/react';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';

import { useCanvas } from '../canvasStore.ts';
import type { HandlePlace, NodeShape } from '../shape.ts';
import { openQuickAdd } from '../gestures/adding.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

interface NodeHandlesProps {
  readonly node: string;
  readonly shape: NodeShape;
  /** Outputs from which wires lead. */
  readonly wired: ReadonlySet<string>;
}

/** The handles of a node with their names; where a wire could end while one is drawn. */
export function NodeHandles({ node, shape, wired }: NodeHandlesProps): ReactNode {
  return (
    <>
      {shape.inputs.map((handle) => (
        <NodeHandle key={handle.id} node={node} handle={handle} kind="target" />
      ))}
      {shape.outputs.map((handle) => (
        <NodeHandle key={handle.id} node={node} handle={handle} kind="source" isFree={!wired.has(handle.id)} />
      ))}
    </>
  );
}

interface NodeHandleProps {
  readonly node: string;
  readonly handle: HandlePlace;
  readonly kind: 'source' | 'target';
  readonly isFree?: boolean;
}

function NodeHandle({ node, handle, kind, isFree = false }: NodeHandleProps): ReactNode {
  const state = useCanvas(({ wiring }) => {
    if (wiring === undefined) return undefined;
    const { start, isLegal } = wiring;
    if (start.node === node && start.handle === handle.id && start.kind === kind) return 'start';
    return start.kind !== kind && isLegal(node, handle.id) ? 'legal' : 'illegal';
  });
  const isInput = kind === 'target';
  return (
    <>
      <Handle
        id={handle.id}
        type={kind}
        position={isInput ? Position.Left : Position.Right}
        style={{ top: handle.y }}
        className="wire-end"
        data-look={handle.isMissing ? 'missing' : handle.isTool ? 'tool' : handle.type}
        data-state={state}
      >
        <span className="wire-end-mark" />
      </Handle>
      <span
        className={`wire-end-name ${handle.isMain ? 'wire-end-hint' : ''}`}
        data-side={isInput ? 'left' : 'right'}
        style={{ top: handle.y }}
      >
        {handle.isTool ? 'offered as tool' : pageText(handle.isMissing ? `no ${handle.name}` : handle.name)}
      </span>
      {!isInput && isFree && (
        <button
          type="button"
          tabIndex={-1}
          aria-label={`Add a node behind ${handle.name}`}
          className="wire-end-add nodrag nopan"
          style={{ top: handle.y }}
          onClick={(event) => {
            event.stopPropagation();
            openQuickAdd(
              { x: event.clientX + 12, y: event.clientY - 20 },
              { from: { source: node, sourceHandle: handle.id } },
            );
          }}
        >
          <Plus size={12} aria-hidden />
        </button>
      )}
    </>
  );
}
