import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { changeBetween } from '../../../core/workflow/source/change.ts';

interface Spelled {
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
}

/** The value of a field that shows a text as pages do, and what takes in what is typed there. */
export function spelled(text: string, onText: (text: string) => void): Spelled {
  return { value: pageText(text), onChange: ({ target }) => onText(textBehind(text, target.value)) };
}

/**
 * The text behind a field in which a person has typed.
 * @param text as it was
 * @param shown what the field has now; it began with `pageText(text)`. Of a sign that is spelled out either all stays or nothing.
 */
export function textBehind(text: string, shown: string): string {
  const { start, endBefore, endAfter } = changeBetween(pageText(text), shown);
  let [before, after, at] = ['', '', 0];
  for (const sign of text) {
    const seen = pageText(sign);
    const isSpelled = seen !== sign;
    const end = at + seen.length;
    before += isSpelled ? (end <= start ? sign : '') : sign.slice(0, Math.max(0, start - at));
    after += isSpelled ? (at >= endBefore ? sign : '') : sign.slice(Math.max(0, endBefore - at));
    at = end;
  }
  return before + shown.slice(start, endAfter) + after;
}
