/** The part in which two texts differ. Offsets count UTF-16 code units from 0; the ends are not part of it. */
export interface TextChange {
  readonly start: number;
  readonly endBefore: number;
  readonly endAfter: number;
}

/** So many characters are compared at once: first large parts, then in the one that differs smaller ones. */
const strides = [4096, 64, 1] as const;

/** The smallest part of a text that was replaced to make another of it. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  for (const stride of strides)
    while (start + stride <= shorter && before.slice(start, start + stride) === after.slice(start, start + stride))
      start += stride;
  const most = shorter - start;
  let same = 0;
  for (const stride of strides) while (same + stride <= most && endsAlike(before, after, same, stride)) same += stride;
  return { start, endBefore: before.length - same, endAfter: after.length - same };
}

function endsAlike(before: string, after: string, same: number, stride: number): boolean {
  const [one, other] = [before.length - same, after.length - same];
  return before.slice(one - stride, one) === after.slice(other - stride, other);
}
