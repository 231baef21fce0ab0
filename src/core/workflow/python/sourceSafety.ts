import { isDirectionMark } from '../diagnostics/display.ts';

/** Something in Python source that makes it run as something else than it looks, or not at all. */
export interface SourceProblem {
  readonly offset: number;
  readonly length: number;
  /** From 1, as editors count: LF, CRLF and a lone CR end a line. */
  readonly line: number;
  readonly problem: string;
  readonly hint: string;
}

/**
 * The first such place, or undefined.
 * A declared encoding is honoured by Python in the first two lines (PEP 263), and `utf-7` among them can hide code in a comment; a
 * lone CR ends a comment for Python but not for many editors; direction marks reorder what is shown (CVE-2021-42574).
 */
export function sourceProblem(code: string): SourceProblem | undefined {
  return badCharacter(code) ?? codingProblem(code);
}

function badCharacter(code: string): SourceProblem | undefined {
  let line = 1;
  for (let offset = 0; offset < code.length; offset += 1) {
    const unit = code.charCodeAt(offset);
    const problem = problemOf(unit, code.charCodeAt(offset + 1), code.charCodeAt(offset - 1), offset);
    if (problem !== undefined)
      return {
        offset,
        length: 1,
        line,
        problem,
        hint:
          unit === 0x0d
            ? 'End lines with a line feed, or with both (LF or CRLF).'
            : 'Remove the character, or write it as an escape such as `"\\u202e"` in a string.',
      };
    if (unit === 0x0a) line += 1;
  }
  return undefined;
}

function problemOf(unit: number, next: number, previous: number, offset: number): string | undefined {
  const written = `U+${unit.toString(16).toUpperCase().padStart(4, '0')}`;
  if (unit === 0) return 'a NUL character, which Python does not read';
  if (unit === 0x0d && next !== 0x0a)
    return 'a carriage return without a line feed, at which Python starts a new line unseen';
  if (isDirectionMark(unit))
    return `the invisible character ${written}, which changes the order in which code is shown`;
  if (unit === 0xfeff && offset > 0) return 'a byte order mark in the middle of the text';
  if (unit === 0x1a || unit === 0x0c || unit === 0x0b)
    return unit === 0x0c ? undefined : `the control character ${written}`;
  if (unit < 0x20 && unit !== 0x09 && unit !== 0x0a && unit !== 0x0d) return `the control character ${written}`;
  const isHigh = unit >= 0xd800 && unit <= 0xdbff;
  const isLow = unit >= 0xdc00 && unit <= 0xdfff;
  const isPaired = isHigh ? next >= 0xdc00 && next <= 0xdfff : previous >= 0xd800 && previous <= 0xdbff;
  return (isHigh || isLow) && !isPaired ? `half of a surrogate pair (${written})` : undefined;
}

function codingProblem(code: string): SourceProblem | undefined {
  let offset = 0;
  for (const [index, text] of code.split('\n', 2).entries()) {
    // The pattern is that of PEP 263.
    const match = /^[ \t\f\uFEFF]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)/.exec(text);
    const name = match?.[1] ?? 'utf-8';
    if (match !== null && !['utf-8', 'utf8', 'utf_8', 'u8'].includes(name.toLowerCase())) {
      const at = offset + match[0].length - name.length;
      return {
        offset: at,
        length: name.length,
        line: index + 1,
        problem: `it declares the encoding ${name}; only utf-8 is read`,
        hint: 'Remove the declaration, and save the file as UTF-8.',
      };
    }
    // A second line counts only when the first is empty or a comment.
    if (text.trim() !== '' && !text.trimStart().startsWith('#')) return undefined;
    offset += text.length + 1;
  }
  return undefined;
}
