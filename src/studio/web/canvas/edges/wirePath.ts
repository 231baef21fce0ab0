import { getBezierPath, type EdgeProps, type XYPosition } from '@xyflow/react';

import { nodeWidth, type Box } from '../geometry.ts';

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
  const lower = Math.min(32, (sourceX - targetX) / 40);
  let height = Math.max(sourceY, targetY) + below + lower;
  const between = [...boxes].filter(({ x, width }) => x < sourceX + reach && x + width > targetX - reach);
  for (const box of between.toSorted((one, other) => one.y - other.y)) {
    const end = box.y + box.height + strip + lower;
    if (box.y - gap < height && end > height) height = end;
  }
  return height;
}

/** Whether a wire is so long that nodes may stand between its ends. */
export function passesColumns({ sourceX, targetX }: Pick<Ends, 'sourceX' | 'targetX'>): boolean {
  return targetX - sourceX > nodeWidth + 2 * gap;
}

/** Where a wire goes that would lie under nodes between its ends: level at `height`, from the one place to the other. */
export interface Lane {
  readonly height: number;
  readonly from: number;
  readonly to: number;
}

/** The way round the nodes that a wire would lie under, the nearest one; undefined where it lies under none. */
export function laneAround(boxes: Iterable<Box>, ends: Ends): Lane | undefined {
  const { sourceX, sourceY, targetX, targetY } = ends;
  const between = [...boxes].filter(({ x, width }) => x > sourceX && x + width < targetX);
  if (!between.some((box) => isUnder(box, ends))) return undefined;
  const [from, to] = [Math.min(...between.map(({ x }) => x)), Math.max(...between.map(({ x, width }) => x + width))];
  const isFree = (height: number): boolean =>
    between.every(({ y, height: tall }) => height <= y - gap || height >= y + tall + gap);
  const way = (height: number): number => Math.abs(height - sourceY) + Math.abs(height - targetY);
  const [height] = between
    .flatMap(({ y, height: tall }) => [y - gap, y + tall + strip])
    .filter(isFree)
    .toSorted((one, other) => way(one) - way(other));
  return height === undefined
    ? undefined
    : { height, from: Math.max(sourceX, from - gap), to: Math.min(targetX, to + gap) };
}

/** Whether the curve from one end to the other meets a box. */
function isUnder({ x, y, width, height }: Box, { sourceX, sourceY, targetX, targetY }: Ends): boolean {
  for (const at of [x, x + width / 2, x + width]) {
    const part = (at - sourceX) / (targetX - sourceX);
    const level = sourceY + (targetY - sourceY) * part ** 2 * (3 - 2 * part);
    if (level > y - gap / 2 && level < y + height + gap / 2) return true;
  }
  return false;
}

/** The path of a wire, and where its middle is. One that leads back goes round at a height, one that would lie under nodes along a lane. */
export function wirePath(
  ends: Ends,
  round: number | Lane | undefined,
): readonly [path: string, labelX: number, labelY: number] {
  const { sourceX, sourceY, targetX, targetY } = ends;
  if (typeof round === 'object') {
    const { height, from, to } = round;
    const [out, back] = [(sourceX + from) / 2, (to + targetX) / 2];
    const path = `M ${sourceX} ${sourceY} C ${out} ${sourceY} ${out} ${height} ${from} ${height} L ${to} ${height} C ${back} ${height} ${back} ${targetY} ${targetX} ${targetY}`;
    return [path, (from + to) / 2, height];
  }
  if (!leadsBack(ends)) {
    const [path, x, y] = getBezierPath({ ...ends, curvature: 0.3 });
    return [path, x, y];
  }
  const height = round ?? Math.max(sourceY, targetY) + below;
  const out = `C ${sourceX + reach} ${sourceY} ${sourceX + reach} ${height} ${sourceX} ${height}`;
  const back = `C ${targetX - reach} ${height} ${targetX - reach} ${targetY} ${targetX} ${targetY}`;
  return [`M ${sourceX} ${sourceY} ${out} L ${targetX} ${height} ${back}`, (sourceX + targetX) / 2, height];
}

/** How far along a wire its label stands: before the middle, where wires to the same node are still apart. */
const labelAt = 0.3;

export function labelPlace(ends: Ends, middle: XYPosition, isRound: boolean): XYPosition {
  if (isRound) return middle;
  const { sourceX, sourceY, targetX, targetY } = ends;
  // The wire's height there, as both of its ends are level.
  const risen = labelAt ** 2 * (3 - 2 * labelAt);
  return { x: sourceX + (targetX - sourceX) * labelAt, y: sourceY + (targetY - sourceY) * risen };
}
