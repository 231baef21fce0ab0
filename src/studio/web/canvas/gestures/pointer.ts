import type { Point } from '../../../../core/workflow/edits/index.ts';

let last: Point | undefined;
let hasAlt = false;

/** Where the pointer is in the window, while it is over the canvas. */
export function pointerOnCanvas(): Point | undefined {
  return last;
}

/** Whether Alt was held when the pointer moved last. */
export function isAltHeld(): boolean {
  return hasAlt;
}

export function notePointer(at: Point | undefined, altKey = false): void {
  last = at;
  hasAlt = altKey;
}
