import { getBezierPath, type EdgeProps, type XYPosition } from '@xyflow/react';

import type { Box } from '../geometry.ts';

type Ends = Pick<EdgeProps, 'sourceX' | 'sourceY' | 'sourcePosition' | 'targetX' | 'targetY' | 'targetPosition'>;

/** How far a wire that leads back reaches beyond its ends, to the sides and below the lower one. */
const reach = 48;
const below = 96;
/** What a node has under it while it runs. */
const strip = 36;
const gap = 12;

/** Whether a wire leads back, as out of the body of a loop. */
export function leadsBack({ sourceX, targetX }: Pick<Ends, 'sourceX' | 'targetX'>): boolean {
  return targetX < sourceX - reach;
}

/** The height at which a wire that leads back is below all that lies between its ends; longer ones go below shorter ones. */
export function heightBelow(boxes: Iterable<Box>, { sourceX, sourceY, targetX, targetY }: Ends): number {
  let height = Math.max(sourceY, targetY) + below;
  const between = [...boxes].filter(({ x, width }) => x < sourceX + reach && x + width > targetX - reach);
  for (const box of between.toSorted((one, other) => one.y - other.y)) {
    const end = box.y + box.height + strip;
    if (box.y - gap < height && end > height) height = end;
  }
  return height + Math.min(32, (sourceX - targetX) / 40);
}

/** The path of a wire, and where its middle is. One that leads back goes round at `height`. */
export function wirePath(
  ends: Ends,
  height = Math.max(ends.sourceY, ends.targetY) + below,
): readonly [path: string, labelX: number, labelY: number] {
  const { sourceX, sourceY, targetX, targetY } = ends;
  if (!leadsBack(ends)) {
    const [path, x, y] = getBezierPath({ ...ends, curvature: 0.3 });
    return [path, x, y];
  }
  const out = `C ${sourceX + reach} ${sourceY} ${sourceX + reach} ${height} ${sourceX} ${height}`;
  const back = `C ${targetX - reach} ${height} ${targetX - reach} ${targetY} ${targetX} ${targetY}`;
  return [`M ${sourceX} ${sourceY} ${out} L ${targetX} ${height} ${back}`, (sourceX + targetX) / 2, height];
}

/** How far along a wire its label stands: before the middle, where wires to the same node are still apart. */
const labelAt = 0.3;

export function labelPlace(ends: Ends, middle: XYPosition): XYPosition {
  if (leadsBack(ends)) return middle;
  const { sourceX, sourceY, targetX, targetY } = ends;
  // The wire's height there, as both of its ends are level.
  const risen = labelAt ** 2 * (3 - 2 * labelAt);
  return { x: sourceX + (targetX - sourceX) * labelAt, y: sourceY + (targetY - sourceY) * risen };
}
