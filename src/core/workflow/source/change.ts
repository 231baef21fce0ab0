/** The part in which two texts differ. Offsets count UTF-16 code units from 0; the ends are not part of it. */
export interface TextChange {
  readonly start: number;
  readonly endBefore: number;
  readonly endAfter: number;
}

/** So many characters are compared at once. */
const stride = 4096;

/** The smallest part of a text that was replaced to make another of it. */
export function changeBetween(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start + stride <= shorter && before.slice(start, start + stride) === after.slice(start, start + stride))
    start += stride;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  const most = shorter - start;
  let same = 0;
  while (same + stride <= most && endsAlike(before, after, same)) same += stride;
  while (same < most && before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same))
    same += 1;
  return { start, endBefore: before.length - same, endAfter: after.length - same };
}

function endsAlike(before: string, after: string, same: number): boolean {
  const [one, other] = [before.length - same, after.length - same];
  return before.slice(one - stride, one) === after.slice(other - stride, other);
}
