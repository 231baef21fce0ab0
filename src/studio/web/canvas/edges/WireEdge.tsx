import { EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { Plus } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';

import type { NodeRun } from '../../run/nodeRun.ts';
import { useNodeRun } from '../../run/runStore.ts';
import { useCanvas } from '../canvasStore.ts';
import { useEdgeSeverity } from '../findingsStore.ts';
import type { FlowEdge, FlowNode } from '../flowModel.ts';
import { useFlow } from '../flowStore.ts';
import type { Box } from '../geometry.ts';
import { preview } from '../../design/figures.ts';
import { openQuickAdd } from '../gestures/adding.ts';
import { useWireLook } from '../runLook.ts';
import { hoverEdge } from './hover.ts';
import { heightBelow, labelPlace, laneAround, leadsBack, passesColumns, wirePath, type Lane } from './wirePath.ts';
import { pageText } from '../../../../core/workflow/diagnostics/pageText.ts';

/** The length that a wire needs to have room for its label; the handle that it leaves says the same. */
function roomFor(label: string): number {
  return 6 * label.length + 12;
}

/** An edge: what kind it is, whether the shown run went along it, and what flowed. */
export const WireEdge = memo(function WireEdge(props: EdgeProps<FlowEdge>): ReactNode {
  const { id, source, target, sourceHandleId, selected, data } = props;
  const { kind = 'default', label } = data ?? {};
  const detail = useCanvas((state) => state.detail);
  const isHovered = useCanvas((state) => state.hoveredEdge === id);
  const look = useWireLook({
    source,
    handle: sourceHandleId ?? 'output',
    target,
    isStream: kind === 'stream',
    isWay: kind === 'conditional',
  });
  const severity = useEdgeSeverity(id);
  const round = useRound(props);
  const [path, middleX, middleY] = wirePath(props, round);
  const place = labelPlace(props, { x: middleX, y: middleY }, round !== undefined);
  return (
    <>
      <path
        d={path}
        className="wire"
        data-kind={kind}
        data-look={look}
        data-selected={selected || undefined}
        data-hovered={isHovered || undefined}
        data-severity={severity}
        data-far={detail === 'full' ? undefined : true}
      />
      {detail !== 'boxes' && (
        <path d={path} className="react-flow__edge-interaction" fill="none" strokeOpacity={0} strokeWidth={20} />
      )}
      {detail === 'full' &&
        label !== undefined &&
        !isHovered &&
        Math.abs(props.targetX - props.sourceX) > roomFor(label) && (
          <text
            x={place.x}
            y={place.y}
            className="wire-label"
            data-look={look}
            dominantBaseline="middle"
            textAnchor="middle"
          >
            {pageText(label)}
          </text>
        )}
      {detail === 'full' && isHovered && <EdgeTools edge={props} x={middleX} y={middleY} />}
    </>
  );
});

/** How a wire goes round what stands between its ends; undefined where it can go straight. */
function useRound(ends: EdgeProps<FlowEdge>): number | Lane | undefined {
  return useFlow(
    useShallow(({ nodes }) => {
      if (leadsBack(ends)) return heightBelow(boxesOf(nodes), ends);
      return passesColumns(ends) ? laneAround(boxesOf(nodes), ends) : undefined;
    }),
  );
}

interface EdgeToolsProps {
  readonly edge: EdgeProps<FlowEdge>;
  readonly x: number;
  readonly y: number;
}

function boxesOf(nodes: readonly FlowNode[]): readonly Box[] {
  return nodes.flatMap(({ type, position, width, height }) =>
    type === 'step' && width !== undefined && height !== undefined ? [{ ...position, width, height }] : [],
  );
}

/** While the pointer is at an edge: what flowed along it, and a button that puts a node on it. */
function EdgeTools({ edge, x, y }: EdgeToolsProps): ReactNode {
  const { id, data, source, sourceHandleId } = edge;
  const run = useNodeRun(source);
  const index = data?.index;
  const flowed = run === undefined ? undefined : flowedAt(run, sourceHandleId ?? 'output', data?.kind === 'stream');
  return (
    <EdgeLabelRenderer>
      <div
        className="pointer-events-auto absolute flex flex-col items-center gap-1"
        style={{ transform: `translate(${x}px, ${y}px) translate(-50%, -12px)` }}
        onPointerEnter={() => hoverEdge(id)}
        onPointerLeave={() => hoverEdge(undefined)}
      >
        {data?.kind !== 'tool' && index !== undefined && (
          <button
            type="button"
            tabIndex={-1}
            aria-label="Add a node on this edge"
            className="edge-add nodrag nopan"
            onClick={(event) => openQuickAdd({ x: event.clientX + 12, y: event.clientY - 20 }, { onEdge: index })}
          >
            <Plus size={14} aria-hidden />
          </button>
        )}
        {flowed !== undefined && flowed !== '' && <pre className="edge-value">{flowed}</pre>}
      </div>
    </EdgeLabelRenderer>
  );
}

function flowedAt({ value, text, rounds }: NodeRun, handle: string, isStream: boolean): string {
  if (isStream) return preview(text);
  const { item } = rounds.at(rounds.length - 1) ?? {};
  if (item !== undefined && handle !== 'output') return preview(item.value);
  const isOfHandle = typeof value === 'object' && value !== null && Object.hasOwn(value, handle);
  return preview(isOfHandle ? (value as Readonly<Record<string, unknown>>)[handle] : value);
}
