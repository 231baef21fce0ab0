import { getBezierPath, type EdgeProps } from '@xyflow/react';

type Ends = Pick<EdgeProps, 'sourceX' | 'sourceY' | 'sourcePosition' | 'targetX' | 'targetY' | 'targetPosition'>;

/** How far a wire that leads back reaches beyond its ends, to the sides and below the lower one. */
const reach = 48;
const below = 96;

/** The path of a wire, and where its label stands. One that leads back, as out of the body of a loop, goes round below. */
export function wirePath(ends: Ends): readonly [path: string, labelX: number, labelY: number] {
  const { sourceX, sourceY, targetX, targetY } = ends;
  if (targetX >= sourceX - reach) {
    const [path, x, y] = getBezierPath({ ...ends, curvature: 0.3 });
    return [path, x, y];
  }
  const base = Math.max(sourceY, targetY) + below;
  const out = `C ${sourceX + reach} ${sourceY} ${sourceX + reach} ${base} ${sourceX} ${base}`;
  const back = `C ${targetX - reach} ${base} ${targetX - reach} ${targetY} ${targetX} ${targetY}`;
  return [`M ${sourceX} ${sourceY} ${out} L ${targetX} ${base} ${back}`, (sourceX + targetX) / 2, base];
}
