/**
 * The text of a docstring as `inspect.cleandoc` gives it: white space at the start of the lines and empty lines around it
 * removed. Escapes stay as they are written.
 * @param literal one string literal, with its quotes
 * @returns undefined for bytes, f-strings and strings that are put together, which are no docstrings
 */
export function docstringOf(literal: string): string | undefined {
  const quoteAt = [...literal].findIndex((character) => character === '"' || character === "'");
  const prefix = literal.slice(0, Math.max(quoteAt, 0)).toLowerCase();
  if (quoteAt < 0 || (prefix !== '' && prefix !== 'r' && prefix !== 'u')) return undefined;
  const quote = literal[quoteAt] ?? '';
  const marks = literal.startsWith(quote.repeat(3), quoteAt) ? 3 : 1;
  const [first = '', ...others] = literal
    .slice(quoteAt + marks, literal.length - marks)
    .replaceAll('\r\n', '\n')
    .split('\n');
  const indents = others.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return [first.trim(), ...others.map((line) => line.slice(indent).trimEnd())].join('\n').trim();
}
