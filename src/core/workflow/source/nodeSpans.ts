import { countBefore } from '../countBefore.ts';
import type { Span } from '../expressions/syntax.ts';

/** Where the nodes of a workflow stand in its text, in their order; numbers side by side, because an edit moves all behind it. */
export class NodeSpans {
  /** Start and end of each node by turns. */
  readonly #offsets: Int32Array;

  private constructor(offsets: Int32Array) {
    this.#offsets = offsets;
  }

  static of(spans: readonly Span[]): NodeSpans {
    return new NodeSpans(Int32Array.from(spans.flatMap(({ start, end }) => [start, end])));
  }

  get length(): number {
    return this.#offsets.length / 2;
  }

  at(index: number): Span {
    return { start: this.#offsets[2 * index] ?? 0, end: this.#offsets[2 * index + 1] ?? 0 };
  }

  /** The index of the last node that begins before an offset; -1 when none does. */
  lastBefore(offset: number): number {
    return countBefore(this.length, (index) => (this.#offsets[2 * index] ?? 0) < offset) - 1;
  }

  /** With other spans from the node at an index on, and all nodes behind these so many characters later. */
  with(first: number, spans: readonly Span[], by: number): NodeSpans {
    const offsets = this.#offsets.slice();
    for (const [index, { start, end }] of spans.entries()) {
      offsets[2 * (first + index)] = start;
      offsets[2 * (first + index) + 1] = end;
    }
    for (let index = 2 * (first + spans.length); index < offsets.length; index += 1)
      offsets[index] = (offsets[index] ?? 0) + by;
    return new NodeSpans(offsets);
  }
}
