import type { Point } from '../../../core/workflow/edits/index.ts';
import type { Box } from './geometry.ts';

/** A line along which boxes stand: at `at`, from the first to the last of them. */
export interface Guide {
  readonly axis: 'x' | 'y';
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Alignment {
  /** By how much the moving box is to go on, so that it stands in line. */
  readonly by: Point;
  readonly guides: readonly Guide[];
}

/** Numbers that have been added up are the same within this. */
const same = 0.01;

/**
 * Finds the lines in which a box stands, or nearly stands, with others: left edges, right ones and middles, and the same upright.
 * @param reach how far it may be moved to stand in one
 */
export function alignmentOf(moving: Box, others: Iterable<Box>, reach: number): Alignment {
  const all = [...others];
  const by = { x: nearest(moving, all, 'x', reach), y: nearest(moving, all, 'y', reach) };
  const placed = { ...moving, x: moving.x + by.x, y: moving.y + by.y };
  return { by, guides: [...guidesAt(placed, all, 'x'), ...guidesAt(placed, all, 'y')] };
}

type Axis = Guide['axis'];

/** Both ends and the middle of a box along an axis. */
function linesOf(box: Box, axis: Axis): readonly number[] {
  const [start, size] = axis === 'x' ? [box.x, box.width] : [box.y, box.height];
  return [start, start + size / 2, start + size];
}

/** The smallest way to a line; 0 where none is in reach. Ends stand in line with ends, middles with middles. */
function nearest(moving: Box, others: readonly Box[], axis: Axis, reach: number): number {
  const [start = 0, middle = 0, end = 0] = linesOf(moving, axis);
  let best = reach + same;
  for (const other of others) {
    const [first = 0, centre = 0, last = 0] = linesOf(other, axis);
    for (const way of [first - start, last - end, centre - middle, first - end, last - start])
      if (Math.abs(way) < Math.abs(best) - same) best = way;
  }
  return Math.abs(best) <= reach ? best : 0;
}

function guidesAt(moving: Box, others: readonly Box[], axis: Axis): readonly Guide[] {
  const across = axis === 'x' ? 'y' : 'x';
  return linesOf(moving, axis).flatMap((at) => {
    const inLine = others.filter((other) => linesOf(other, axis).some((line) => Math.abs(line - at) < same));
    if (inLine.length === 0) return [];
    const ends = [moving, ...inLine].flatMap((box) => linesOf(box, across));
    return [{ axis, at, from: Math.min(...ends), to: Math.max(...ends) }];
  });
}
