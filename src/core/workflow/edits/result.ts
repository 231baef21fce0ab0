/** A place on the canvas, in its own units. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Edited {
  readonly ok: true;
  readonly text: string;
  /** What was done, in a few words: "Add OpenAI node". */
  readonly title: string;
  /** The ids of the nodes and notes that are to be selected afterwards. */
  readonly selected: readonly string[];
}

export interface Refused {
  readonly ok: false;
  /** Why, and what to do. */
  readonly reason: string;
}

export type EditResult = Edited | Refused;

/** What an edge connects. */
export interface Wire {
  readonly source: string;
  readonly sourceHandle: string;
  readonly target: string;
  readonly targetHandle: string;
}

export function refused(reason: string): Refused {
  return { ok: false, reason: inOneLine(reason) };
}

/** What is said of an edit, whatever ids stand in it: before a file is checked they may hold anything. */
export function inOneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
