/**
 * A text as it can be shown in a terminal: tabs as two spaces, line ends as spaces, and control characters, direction marks
 * and halves of surrogate pairs, which could make a reader see something else, as `\u{…}`.
 */
export function visible(text: string): string {
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code === 0x09) shown += '  ';
    else if (code === 0x0a || code === 0x0d) shown += ' ';
    else shown += isHidden(code) ? `\\u{${code.toString(16)}}` : character;
  }
  return shown;
}

/** Explicit directional formatting (Unicode Standard Annex #9), with which code can be made to look like other code. */
export function isDirectionMark(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

function isHidden(code: number): boolean {
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x2028 || code === 0x2029;
  return (
    isControl ||
    isDirectionMark(code) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff ||
    (code >= 0x200b && code <= 0x200f)
  );
}

/** How many columns of a terminal a text takes, after `visible`. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += widthOf(character.codePointAt(0) ?? 0);
  return columns;
}

/** Ranges of characters that terminals show in two columns: East Asian Wide and Fullwidth (UAX #11), and emoji. */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x23e9, 0x23ec],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x26a1, 0x26a1],
  [0x26bd, 0x26be],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x2b50, 0x2b50],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Ranges of marks that are drawn over the character before them, and joiners. */
const zero: readonly (readonly [first: number, last: number])[] = [
  [0x0300, 0x036f],
  [0x0483, 0x0489],
  [0x0591, 0x05bd],
  [0x064b, 0x065f],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0x1f3fb, 0x1f3ff],
];

function widthOf(code: number): number {
  if (code < 0x300) return 1;
  const lies = ([first, last]: readonly [number, number]): boolean => code >= first && code <= last;
  if (zero.some(lies)) return 0;
  return wide.some(lies) ? 2 : 1;
}
