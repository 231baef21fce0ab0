import type { Drawing } from './drawing.ts';
import type { Point } from './result.ts';

/** How far apart nodes stand that follow each other, and the room that one takes. */
const step = { x: 260, y: 140 } as const;

export function rounded({ x, y }: Point): Point {
  return { x: whole(x), y: whole(y) };
}

/** JSON has no -0, and no number that is none. */
function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) + 0 : 0;
}

/** A place for a new node near others: behind one, before one, between two, or right of all. */
export function placeFor(drawing: Drawing, before: string | undefined, behind: string | undefined): Point {
  const placeOf = (id: string | undefined): Point | undefined => drawing.nodes.find((node) => node.id === id)?.position;
  const [left, right] = [placeOf(before), placeOf(behind)];
  if (left !== undefined && right !== undefined)
    return free(drawing, rounded({ x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 }));
  if (left !== undefined) return free(drawing, rounded({ x: left.x + step.x, y: left.y }));
  if (right !== undefined) return free(drawing, rounded({ x: right.x - step.x, y: right.y }));
  const places = drawing.nodes.flatMap(({ position }) => position ?? []);
  if (places.length === 0) return { x: 0, y: 0 };
  return rounded({ x: Math.max(...places.map(({ x }) => x)) + step.x, y: Math.min(...places.map(({ y }) => y)) });
}

/** The place, or the first one below it where no other node stands. */
function free({ nodes }: Drawing, place: Point): Point {
  let { y } = place;
  const isTaken = (): boolean =>
    nodes.some(({ position }) => {
      if (position === undefined) return false;
      return Math.abs(position.x - place.x) < step.x / 2 && Math.abs(position.y - y) < step.y / 2;
    });
  while (isTaken()) y += step.y;
  return { x: place.x, y };
}
