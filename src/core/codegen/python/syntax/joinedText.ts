/** Texts put together to one. Where most of them are as they were before, most of it is copied from there as a whole. */
export class JoinedText {
  readonly text: string;
  readonly #pieces: readonly string[];

  constructor(pieces: readonly string[], before?: JoinedText) {
    this.#pieces = pieces;
    this.text = before === undefined ? pieces.join('') : textAfter(pieces, before.#pieces, before.text);
  }
}

function textAfter(pieces: readonly string[], old: readonly string[], text: string): string {
  const shorter = Math.min(old.length, pieces.length);
  let [first, start] = [0, 0];
  for (let piece = pieces[0]; first < shorter && piece !== undefined && piece === old[first]; piece = pieces[first]) {
    start += piece.length;
    first += 1;
  }
  let [last, end] = [pieces.length, text.length];
  const shift = old.length - pieces.length;
  for (
    let piece = pieces[last - 1];
    last > first && last + shift > first && piece !== undefined && piece === old[last + shift - 1];
    piece = pieces[last - 1]
  ) {
    end -= piece.length;
    last -= 1;
  }
  return text.slice(0, start) + pieces.slice(first, last).join('') + text.slice(end);
}
