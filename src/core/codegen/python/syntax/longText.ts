import { escapeText } from './literals.ts';
import type { TextPiece } from './nodes.ts';

/** Longer lines of a text are also split at spaces, so that a part still fits a few levels deep in a file of 120 columns. */
const longestPart = 96;
/** What an expression in an f-string is taken to need. */
const expressionWidth = 24;

/** Text that is no longer than a part and has nothing to escape. */
const shortText = /^[ !#-[\]-~]{0,96}$/;

/** A word with the white space after it. A line break ends a word, whatever comes after it. */
const wordPattern = /[^ \n]*(?: *\n| +|$)/g;

/** A string literal, or an f-string. How it is split is worked out only where that matters. */
export class StringShape {
  readonly kind = 'string';
  readonly pieces: readonly TextPiece[];
  /** Parentheses are put around it when it is broken. */
  readonly wrapped: boolean;
  readonly #splits: boolean;
  #parts: readonly (readonly TextPiece[])[] | undefined;

  constructor(pieces: readonly TextPiece[], split: 'bare' | 'wrapped' | undefined) {
    this.pieces = pieces;
    this.wrapped = split === 'wrapped';
    this.#splits = split !== undefined;
  }

  /** Several: an implicit concatenation. */
  get parts(): readonly (readonly TextPiece[])[] {
    this.#parts ??= this.#splits ? splitText(this.pieces) : [this.pieces];
    return this.#parts;
  }
}

/** Splits a text into the parts that are written one per line when the whole does not fit on a line. */
function splitText(pieces: readonly TextPiece[]): readonly (readonly TextPiece[])[] {
  const [only] = pieces;
  if (pieces.length === 1 && typeof only === 'string' && shortText.test(only)) return [pieces];
  const parts: TextPiece[][] = [];
  let part: TextPiece[] = [];
  let width = 0;
  const finish = (): void => {
    if (part.length > 0) parts.push(part);
    part = [];
    width = 0;
  };
  const append = (piece: string): void => {
    const last = part.at(-1);
    if (typeof last === 'string') part[part.length - 1] = last + piece;
    else part.push(piece);
    width += escapeText(piece, '"').length;
  };

  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      if (width + expressionWidth > longestPart) finish();
      part.push(piece);
      width += expressionWidth;
      continue;
    }
    for (const [word] of piece.matchAll(wordPattern)) {
      if (word === '') continue;
      if (width + escapeText(word.trimEnd(), '"').length > longestPart) finish();
      append(word);
      if (word.endsWith('\n')) finish();
    }
  }
  finish();
  return parts.length === 0 ? [[]] : parts;
}
