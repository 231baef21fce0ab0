import { diff3Merge } from 'node-diff3';

export interface Merge {
  /** Both sides' changes; where they meet, those of `mine`. */
  readonly text: string;
  /** The lines of `text` where `mine` stands although the other side changed as well. */
  readonly conflictLines: readonly number[];
}

/** Merges two texts that both come from `base`. A text whose lines all end in CRLF keeps them. */
export function mergeThreeWays(base: string, mine: string, next: string): Merge {
  const isCrlf = mine.includes('\r\n') && !/(?<!\r)\n/.test(mine);
  // Split without their ends, lines never run into each other where one side has no last newline.
  const lines = (text: string): string[] => (isCrlf ? text.replaceAll('\r\n', '\n') : text).split('\n');
  const merged: string[] = [];
  const conflictLines: number[] = [];
  for (const region of diff3Merge(lines(mine), lines(base), lines(next), { excludeFalseConflicts: true })) {
    if (region.conflict) conflictLines.push(merged.length + 1);
    for (const line of region.conflict?.a ?? region.ok ?? []) merged.push(line);
  }
  return { text: merged.join(isCrlf ? '\r\n' : '\n'), conflictLines };
}
