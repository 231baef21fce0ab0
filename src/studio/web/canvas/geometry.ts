import type { Point } from '../../../core/workflow/edits/index.ts';

/** Everything on the canvas lies on a grid of so many pixels. */
export const grid = 8;
export const nodeWidth = 200;
export const headerHeight = 56;
/** From a node to the one behind it. */
export const columnGap = 72;
export const rowGap = 40;

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export function snapped({ x, y }: Point): Point {
  return { x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid };
}

export function boundsOf(boxes: Iterable<Box>): Box | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + width), Math.max(bottom, y + height)];
  }
  return left === Infinity ? undefined : { x: left, y: top, width: right - left, height: bottom - top };
}

/** Whether some of the one lies in the other. */
export function touch(one: Box, other: Box): boolean {
  const isBeside = one.x >= other.x + other.width || other.x >= one.x + one.width;
  return !isBeside && one.y < other.y + other.height && other.y < one.y + one.height;
}

/** The frame of a group around its nodes, with room for its title. */
export function frameAround(boxes: Iterable<Box>): Box | undefined {
  const inside = boundsOf(boxes);
  if (inside === undefined) return undefined;
  const { x, y } = snapped({ x: inside.x - 3 * grid, y: inside.y - 6 * grid });
  return {
    x,
    y,
    width: Math.ceil((inside.x + inside.width + 3 * grid - x) / grid) * grid,
    height: Math.ceil((inside.y + inside.height + 4 * grid - y) / grid) * grid,
  };
}

/** The place, or the first one below it, where a box touches no other. */
export function freePlace(boxes: readonly Box[], wanted: Box): Point {
  let { y } = wanted;
  const inWay = boxes.filter(({ x, width }) => x < wanted.x + wanted.width + grid && wanted.x < x + width + grid);
  const isTaken = (): boolean => inWay.some((box) => box.y < y + wanted.height + grid && y < box.y + box.height + grid);
  while (isTaken()) y += grid;
  return snapped({ x: wanted.x, y });
}
