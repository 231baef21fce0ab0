import { replaced, type Replacement } from './chunks.ts';

/** Texts put together to one. */
export class JoinedText {
  readonly text: string;
  readonly #pieces: readonly string[];

  private constructor(pieces: readonly string[], text: string) {
    this.#pieces = pieces;
    this.text = text;
  }

  static of(pieces: readonly string[]): JoinedText {
    return new JoinedText(pieces, pieces.join(''));
  }

  /** The same with other pieces in place of some; what lies between is copied as a whole. @param replacements in order */
  with(replacements: readonly Replacement<string>[]): JoinedText {
    let text = '';
    let [copied, offset, piece] = [0, 0, 0];
    const pass = (until: number): void => {
      for (; piece < until; piece += 1) offset += this.#pieces[piece]?.length ?? 0;
    };
    for (const { start, count, by } of replacements) {
      pass(start);
      text += this.text.slice(copied, offset) + by.join('');
      pass(start + count);
      copied = offset;
    }
    return new JoinedText(replaced(this.#pieces, replacements), text + this.text.slice(copied));
  }
}
