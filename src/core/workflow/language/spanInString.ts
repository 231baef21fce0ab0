import type { Span } from '../expressions/syntax.ts';
import { offsetsInJsonString } from '../source/jsonString.ts';

/**
 * Which part of a string's value a range of the file is.
 * @param range lies in the JSON text of a string
 * @returns undefined when it is the whole string, or no part of one
 */
export function spanInString(text: string, range: Span): Span | undefined {
  if (text[range.start] === '"' && !isEscaped(text, range.start)) return undefined;
  let open = range.start - 1;
  while (open >= 0 && (text[open] !== '"' || isEscaped(text, open))) open -= 1;
  let close = range.end;
  while (close < text.length && (text[close] !== '"' || isEscaped(text, close))) close += 1;
  if (open < 0 || close >= text.length) return undefined;
  const offsets = offsetsInJsonString(text.slice(open, close + 1));
  const at = (offset: number): number => offsets.findIndex((place) => place >= offset - open);
  const [start, end] = [at(range.start), at(range.end)];
  return start < 0 || end < 0 ? undefined : { start, end };
}

function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0;
  while (text[offset - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
