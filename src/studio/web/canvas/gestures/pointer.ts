import type { Point } from '../../../../core/workflow/edits/index.ts';

let last: Point | undefined;

/** Where the pointer is in the window, while it is over the canvas. */
export function pointerOnCanvas(): Point | undefined {
  return last;
}

export function notePointer(at: Point | undefined): void {
  last = at;
}
