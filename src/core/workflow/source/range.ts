/** A place in a text. Offsets count UTF-16 code units from 0, the end is not part of it; line and column of the start count from 1. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** In UTF-16 code units, as editors count; a byte order mark has no column. */
  readonly column: number;
}

/** Puts `text` in the place of what lies from `start` to `end`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap. What several put in at the same place comes in their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let end = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(text.slice(end, edit.start), edit.text);
    ({ end } = edit);
  }
  return parts.join('') + text.slice(end);
}
