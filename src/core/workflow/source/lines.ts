import type { Range } from './range.ts';

/** The lines of a text; LF, CRLF and a lone CR end one, as in editors. */
export class Lines {
  readonly #text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(text);
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
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(index + 1) !== 0x0a)) starts.push(index + 1);
  }
  return starts;
}
