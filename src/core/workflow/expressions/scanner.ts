import type { Span } from './syntax.ts';

const punctuation = [
  '==',
  '!=',
  '<=',
  '>=',
  '//',
  '<',
  '>',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  ',',
  '.',
  '|',
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
] as const;

export type Punctuation = (typeof punctuation)[number];

/** `close` is the `}}` that ends an expression, `end` the end of the whole text. */
export type Token =
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  | { readonly kind: 'number'; readonly text: string; readonly span: Span }
  | { readonly kind: 'symbol'; readonly text: Punctuation; readonly span: Span }
  | { readonly kind: 'close'; readonly span: Span }
  | { readonly kind: 'end'; readonly span: Span }
  | {
      readonly kind: 'invalid';
      readonly message: string;
      readonly hint: string;
      /** What was read over. */
      readonly span: Span;
      /** The part of it that is wrong. */
      readonly place: Span;
    };

/** Words between values, behind which one begins. */
export const operatorWords: readonly string[] = ['and', 'or', 'not', 'in', 'if', 'else'];

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** What people write from other languages, and how it is said here. */
const foreign: readonly (readonly [text: string, hint: string])[] = [
  ['&&', 'Write `and`.'],
  ['||', 'Write `or`.'],
  ['!', 'Write `not`, or `!=` for "is not equal".'],
  ['=', 'Write `==` to compare; expressions assign nothing.'],
  ['{{', 'An expression begins where the one before has ended; the key of an object is text in quotes.'],
  ['**', 'There are no powers; multiply, or use a pythonFunction node.'],
  ['?', 'Write `a if c else b`; use `| default(…)` for missing values.'],
  ['`', 'Put text in \'…\' or "…".'],
  ['}', 'An expression ends with `}}`.'],
];

/**
 * Reads the tokens of an expression, one at a time.
 *
 * - Names are ASCII letters, digits and `_`, not starting with a digit.
 * - Numbers are written as in JSON: `-1`, `2.5`, `1e3`. Behind a value, `-` is an operator.
 * - Strings stand in `'…'` or `"…"`; in them `\"  \'  \\  \/  \b  \f  \n  \r  \t  \uXXXX` mean what they mean in JSON
 *   (and `\'` an apostrophe), any other character stands for itself, line breaks included.
 * - Spaces, tabs and line breaks may stand between tokens.
 */
export class Scanner {
  readonly #text: string;
  #offset: number;
  /** The last token ended a value, so that `-` takes something from it. */
  #isBehindValue = false;
  /** How many objects are open, whose `}` ends no expression. */
  #openObjects = 0;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.#offset = offset;
  }

  /** `-` may be part of a name when it follows a dot, because the ids of nodes may have one: `nodes.my-node.output`. */
  next(afterDot = false): Token {
    while (isSpace(this.#text.charCodeAt(this.#offset))) this.#offset += 1;
    const start = this.#offset;
    const token = this.#read(start, afterDot);
    this.#offset = token.span.end;
    this.#isBehindValue = endsValue(token, afterDot);
    if (token.kind === 'symbol' && token.text === '{') this.#openObjects += 1;
    if (token.kind === 'symbol' && token.text === '}') this.#openObjects -= 1;
    return token;
  }

  /** Takes the next `}}` for the end of the expression, whatever was opened. */
  leaveObjects(): void {
    this.#openObjects = 0;
  }

  #read(start: number, afterDot: boolean): Token {
    const text = this.#text;
    if (start >= text.length) return { kind: 'end', span: { start: text.length, end: text.length } };
    const code = text.charCodeAt(start);
    if (this.#openObjects === 0 && text.startsWith('}}', start))
      return { kind: 'close', span: { start, end: start + 2 } };
    if (isNameStart(code)) return this.#name(start, afterDot);
    if (code === 0x22 || code === 0x27) return this.#string(start);
    if (isDigit(code) || (code === 0x2d && !this.#isBehindValue && isDigit(text.charCodeAt(start + 1))))
      return this.#number(start);
    const known = foreign.find(([candidate]) => text.startsWith(candidate, start));
    const symbol = punctuation.find((candidate) => text.startsWith(candidate, start));
    const isSymbol = symbol !== undefined && (symbol !== '}' || this.#openObjects > 0);
    if (isSymbol && symbol.length >= (known?.[0].length ?? 0))
      return { kind: 'symbol', text: symbol, span: { start, end: start + symbol.length } };
    if (known !== undefined) {
      return invalid(
        start,
        start + known[0].length,
        `\`${known[0]}\` is not part of the expression language.`,
        known[1],
      );
    }
    const character = String.fromCodePoint(text.codePointAt(start) as number);
    return invalid(
      start,
      start + character.length,
      `The character ${nameOf(character)} cannot stand in an expression.`,
      'Names are letters, digits and _; write any other key as `["key"]` and text as `"text"`.',
    );
  }

  #name(start: number, afterDot: boolean): Token {
    const text = this.#text;
    let end = start + 1;
    for (;;) {
      const code = text.charCodeAt(end);
      const hyphen = afterDot && code === 0x2d && isNamePart(text.charCodeAt(end + 1));
      if (!isNamePart(code) && !hyphen) break;
      end += 1;
    }
    return { kind: 'name', text: text.slice(start, end), span: { start, end } };
  }

  #number(start: number): Token {
    const text = this.#text;
    const digitsFrom = (from: number): number => {
      let end = from;
      while (isDigit(text.charCodeAt(end))) end += 1;
      return end;
    };
    let end = digitsFrom(text.charCodeAt(start) === 0x2d ? start + 1 : start);
    if (text[end] === '.' && isDigit(text.charCodeAt(end + 1))) end = digitsFrom(end + 1);
    if (text[end] === 'e' || text[end] === 'E') {
      const sign = text[end + 1] === '+' || text[end + 1] === '-' ? 1 : 0;
      if (isDigit(text.charCodeAt(end + 1 + sign))) end = digitsFrom(end + 1 + sign);
    }
    if (isNamePart(text.charCodeAt(end))) {
      while (isNamePart(text.charCodeAt(end))) end += 1;
      const hint = 'A name starts with a letter or _; write any other key as `["key"]`.';
      return invalid(start, end, `\`${shorten(text.slice(start, end))}\` is neither a number nor a name.`, hint);
    }
    const written = text.slice(start, end);
    const digits = written.startsWith('-') ? written.slice(1) : written;
    if (digits.startsWith('0') && isDigit(digits.charCodeAt(1))) {
      return invalid(
        start,
        end,
        `\`${shorten(written)}\` starts with a zero.`,
        'Leave leading zeros out, or put the number in quotes when it is an identifier.',
      );
    }
    return { kind: 'number', text: written, span: { start, end } };
  }

  #string(start: number): Token {
    const text = this.#text;
    const quote = text[start];
    let value = '';
    let problem: Token | undefined;
    let offset = start + 1;
    while (offset < text.length) {
      const character = text[offset] as string;
      if (character === quote) {
        const span = { start, end: offset + 1 };
        // The scanner goes on behind the string even when something in it is wrong, so that only this is reported.
        if (problem !== undefined) return { ...problem, span };
        return value.includes('\0') || !value.isWellFormed()
          ? invalid(start, offset + 1, ...unencodable)
          : { kind: 'string', value, span };
      }
      if (character !== '\\') {
        value += character;
        offset += 1;
        continue;
      }
      const escape = readEscape(text, offset);
      if (escape === undefined) {
        const written = shorten(text.slice(offset, offset + 2));
        problem ??= invalid(offset, offset + 2, `\`${written}\` is not an escape.`, 'Write a backslash as `\\\\`.');
        offset += 2;
        continue;
      }
      value += escape.value;
      offset = escape.end;
    }
    return invalid(start, text.length, `The text that starts with ${quote} is not closed.`, `Close it with ${quote}.`);
  }
}

const unencodable = [
  'The text holds a NUL or half a surrogate pair, which cannot be sent as text.',
  'Leave it out, or write the whole character.',
] as const;

/** Whether a value may end with the token, so that an operator follows. */
function endsValue(token: Token, afterDot: boolean): boolean {
  if (token.kind === 'string' || token.kind === 'number') return true;
  if (token.kind === 'name') return afterDot || !operatorWords.includes(token.text);
  return token.kind === 'symbol' && [')', ']', '}'].includes(token.text);
}

function readEscape(text: string, offset: number): { value: string; end: number } | undefined {
  const letter = text[offset + 1] ?? '';
  if (letter !== 'u') {
    const value = escapes.get(letter);
    return value === undefined ? undefined : { value, end: offset + 2 };
  }
  let code = 0;
  for (let index = offset + 2; index < offset + 6; index += 1) {
    const digit = hexValue(text.charCodeAt(index));
    if (digit < 0) return undefined;
    code = code * 16 + digit;
  }
  return { value: String.fromCharCode(code), end: offset + 6 };
}

function invalid(start: number, end: number, message: string, hint: string): Token {
  return { kind: 'invalid', message, hint, span: { start, end }, place: { start, end } };
}

function nameOf(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const shown = code.length === 4 && code < '00A1' && code > '0020' && code < '007F';
  return shown ? `\`${character}\`` : `U+${code}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNameStart(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || isDigit(code);
}

function hexValue(code: number): number {
  if (isDigit(code)) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}
