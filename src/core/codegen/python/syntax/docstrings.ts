import { stringLiteral } from './literals.ts';

/**
 * The lines of a docstring, without indentation. Text with nothing in it that triple quotes or the formatter would change
 * stands in them as it is; any other is one literal on one line.
 */
export function docstringLines(text: string): readonly string[] {
  if (!survives(text)) return [oneLine(text)];
  const lines = text.split('\n');
  return lines.length === 1 ? [`"""${text}"""`] : [`"""${lines[0]}`, ...lines.slice(1), '"""'];
}

/** Printable ASCII without backslashes and quotes, no white space at an end, and no line that the formatter re-indents. */
function survives(text: string): boolean {
  return /^[ !#-[\]-~\n]+$/.test(text) && text.trim() === text && !/ \n|\n\n\n/.test(text) && !/\n /.test(text);
}

/** White space at the ends would be stripped from the source, so it is escaped there. */
function oneLine(text: string): string {
  const literal = stringLiteral(text);
  const quote = literal.charAt(0);
  const inner = literal.slice(1, -1).replace(/^ +| +$/g, (spaces) => '\\x20'.repeat(spaces.length));
  return quote + inner + quote;
}
