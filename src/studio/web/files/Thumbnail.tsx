import { useMemo, type ReactNode } from 'react';

import { readDrawing, type Drawing } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';

const [width, height, gapX, gapY] = [34, 14, 14, 8];

/** A small picture of a workflow: its nodes from left to right, each as far along as what it waits for. */
export function Thumbnail({ text }: { readonly text: string }): ReactNode {
  const picture = useMemo(() => pictureOf(readDrawing(text)), [text]);
  if (picture === undefined) return <div className="h-24" />;
  const { boxes, lines, right, bottom } = picture;
  return (
    <svg
      viewBox={`-6 -6 ${right + 12} ${bottom + 12}`}
      className="h-24 w-full"
      aria-hidden="true"
      preserveAspectRatio="xMidYMid meet"
    >
      {lines.map(([x1, y1, x2, y2], index) => (
        <path
          key={index}
          d={`M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`}
          className="fill-none stroke-line-strong"
          strokeWidth={1.2}
        />
      ))}
      {boxes.map(({ id, x, y, color }) => (
        <g key={id} transform={`translate(${x} ${y})`}>
          <rect width={width} height={height} rx={3.5} className="fill-raised stroke-line-strong" strokeWidth={0.8} />
          <foreignObject x={3} y={3} width={8} height={8}>
            <div className={`size-full rounded-[2px] ${color}`} />
          </foreignObject>
          <rect x={14} y={5.5} width={16} height={3} rx={1.5} className="fill-line-strong" />
        </g>
      ))}
    </svg>
  );
}

interface Picture {
  readonly boxes: readonly { readonly id: string; readonly x: number; readonly y: number; readonly color: string }[];
  readonly lines: readonly (readonly [number, number, number, number])[];
  readonly right: number;
  readonly bottom: number;
}

function pictureOf(drawing: Drawing | undefined): Picture | undefined {
  if (drawing === undefined || drawing.nodes.length === 0) return undefined;
  const columns = columnsOf(drawing);
  const taken = new Map<number, number>();
  const boxes = drawing.nodes.map(({ id, known }) => {
    const column = columns.get(id) ?? 0;
    const row = taken.get(column) ?? 0;
    taken.set(column, row + 1);
    const color = known === undefined ? 'bg-gray-400' : registry[known].color;
    return { id, x: column * (width + gapX), y: row * (height + gapY), color };
  });
  const places = new Map(boxes.map((box) => [box.id, box]));
  const lines = drawing.edges.flatMap(({ wire: { source, target } }) => {
    const [from, to] = [places.get(source), places.get(target)];
    if (from === undefined || to === undefined) return [];
    return [[from.x + width, from.y + height / 2, to.x, to.y + height / 2] as const];
  });
  return {
    boxes,
    lines,
    right: Math.max(...boxes.map(({ x }) => x)) + width,
    bottom: Math.max(...boxes.map(({ y }) => y)) + height,
  };
}

/** How many nodes stand before each on its longest way; a circle ends where it began. */
function columnsOf({ nodes, edges }: Drawing): ReadonlyMap<string, number> {
  const columns = new Map(nodes.map(({ id }) => [id, 0]));
  for (let round = 0; round < nodes.length; round += 1) {
    let isMoved = false;
    for (const { wire } of edges) {
      const wanted = (columns.get(wire.source) ?? 0) + 1;
      if (!columns.has(wire.target) || (columns.get(wire.target) ?? 0) >= wanted || wanted >= nodes.length) continue;
      columns.set(wire.target, wanted);
      isMoved = true;
    }
    if (!isMoved) break;
  }
  return columns;
}
