import { countBefore } from '../countBefore.ts';
import type { TextChange } from './change.ts';
import type { Range } from './range.ts';

/** The lines of a text; LF, CRLF and a lone CR end one, as in editors. */
export class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string, starts: readonly number[] = [firstStart(text), ...startsIn(text, 0, text.length)]) {
    this.#text = text;
    this.#starts = starts;
  }

  /** The lines of a text that a change made of this one. */
  after({ start, endBefore, endAfter }: TextChange, text: string): Lines {
    // Whether a CR ends a line is said by the character behind it.
    const kept = start === 0 ? [firstStart(text)] : this.#starts.slice(0, this.#indexAt(start - 1) + 1);
    const moved = this.#starts.slice(this.#indexAt(endBefore) + 1).map((each) => each + endAfter - endBefore);
    return new Lines(text, kept.concat(startsIn(text, Math.max(0, start - 1), endAfter), moved));
  }

  range(start: number, end: number): Range {
    const line = this.#indexAt(start);
    return { start, end, line: line + 1, column: start - this.#startOf(line) + 1 };
  }

  /** A line without its end; `line` counts from 1. */
  textOf(line: number): string {
    const next = this.#starts[line] ?? this.#text.length;
    let end = next;
    if (line < this.#starts.length) end -= this.#text[next - 1] === '\n' && this.#text[next - 2] === '\r' ? 2 : 1;
    return this.#text.slice(this.#startOf(line - 1), Math.max(end, this.#startOf(line - 1)));
  }

  #startOf(index: number): number {
    return this.#starts[index] ?? this.#text.length;
  }

  #indexAt(offset: number): number {
    return Math.max(0, countBefore(this.#starts.length, (index) => this.#startOf(index) <= offset) - 1);
  }
}

/** A byte order mark belongs to no line. */
function firstStart(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0;
}

/** The starts of the lines whose predecessors end with a character in a part of a text. */
function startsIn(text: string, from: number, until: number): readonly number[] {
  const starts: number[] = [];
  for (let index = from; index < until; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(index + 1) !== 0x0a)) starts.push(index + 1);
  }
  return starts;
}
