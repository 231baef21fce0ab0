import type { Json } from '../../../workflow/json.ts';

export type Quote = '"' | "'";

const shortEscapes = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Double quotes, unless single ones save escapes: the choice of `ruff format`. */
export function chooseQuote(texts: Iterable<string>): Quote {
  let double = 0;
  let single = 0;
  for (const text of texts) {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code === 0x22) double += 1;
      else if (code === 0x27) single += 1;
    }
  }
  return double > single ? "'" : '"';
}

/** Whether a Python string can hold the text: no NUL and no lone surrogate. */
export const isPythonText = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const plainText = /^[ !#-&(-[\]-~]*$/;

/** The text between the quotes of a string literal: printable ASCII only. Throws for NUL and lone surrogates. */
export function escapeText(text: string, quote: Quote): string {
  if (plainText.test(text)) return text;
  if (!isPythonText(text))
    throw new Error(`A Python literal cannot hold NUL or a lone surrogate: ${JSON.stringify(text)}`);
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote) escaped += `\\${quote}`;
    else if (code >= 0x20 && code < 0x7f && character !== '\\') escaped += character;
    else escaped += shortEscapes.get(character) ?? hexEscape(code);
  }
  return escaped;
}

function hexEscape(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** A string literal that Python reads as exactly `text`. */
export function stringLiteral(text: string): string {
  if (plainText.test(text)) return `"${text}"`;
  const quote = chooseQuote([text]);
  return quote + escapeText(text, quote) + quote;
}

/**
 * The digits that Python reads as the same number as it does the JSON text of `value`: an int when that text has neither
 * a fraction nor an exponent. Zero keeps its sign. Throws when the number is not finite, as `1e400` in JSON is not.
 */
export function numberLiteral(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`A Python literal cannot hold the number ${value}`);
  if (Object.is(value, -0)) return '-0.0';
  return String(value).replace('e+', 'e');
}

/** A JSON value as a Python expression on one line. */
export function literalText(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberLiteral(value);
  if (typeof value === 'string') return stringLiteral(value);
  if (isList(value)) return `[${value.map(literalText).join(', ')}]`;
  const items = Object.entries(value).map(([key, item]) => `${stringLiteral(key)}: ${literalText(item)}`);
  return `{${items.join(', ')}}`;
}

/** `Array.isArray` does not narrow readonly arrays. */
export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
