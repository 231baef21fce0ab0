import { columnsOf, visible } from './display.ts';
import type { Diagnostic } from './diagnostic.ts';

/** The text that a diagnostic is about, and what to call it. */
export interface FormattedSource {
  readonly path: string;
  readonly text: string;
}

/** The widest piece of a line that is shown. */
const widest = 120;
/** Characters that surely take more columns than that. */
const longest = 4 * widest;

/**
 * A diagnostic as plain text, for a terminal or a log:
 * ```
 * chat.workflow.json:12:31  error  Edge targets `sumarise`, which does not exist. Did you mean `summarise`?  [unknown-node]
 *   12 |     { "source": "ask", "target": "sumarise" }
 *      |                                  ^^^^^^^^^^
 *   fix: Change it to `summarise`
 * ```
 * Tabs become spaces and characters that steer a terminal become visible, so that the caret stands below what it means.
 */
export function formatDiagnostic(diagnostic: Diagnostic, source: FormattedSource): string {
  const { range, severity, message, code, related = [] } = diagnostic;
  const at = `${visible(source.path)}:${range.line}:${range.column}`;
  const rows = [`${at}  ${severity}  ${visible(message)}  [${code}]`, ...excerpt(source.text, diagnostic)];
  for (const other of related) rows.push(`  line ${other.range.line}: ${visible(other.message)}`);
  const [fix] = diagnostic.fixes ?? [];
  if (fix !== undefined) rows.push(`  fix: ${visible(fix.title)}`);
  else if (diagnostic.hint !== undefined) rows.push(`  hint: ${visible(diagnostic.hint)}`);
  return rows.join('\n');
}

function excerpt(text: string, { range }: Diagnostic): readonly string[] {
  const from = range.column - 1;
  const line = text.slice(range.start - from, endOfLine(text, range.start));
  const to = Math.min(line.length, from + Math.max(range.end - range.start, 1));
  // Of a long line only the piece around the place is shown.
  let start = 0;
  if (to > longest || columnsOf(line.slice(0, to)) > widest) start = startOfCharacter(line, Math.max(0, from - 40));
  const end = startOfCharacter(line, Math.min(line.length, start + widest));
  const before = `${start > 0 ? '…' : ''}${visible(line.slice(start, from))}`;
  const marked = visible(line.slice(from, Math.min(to, end)));
  const after = `${visible(line.slice(Math.min(to, end), end))}${end < line.length ? '…' : ''}`;
  const number = String(range.line);
  return [
    `  ${number} | ${before}${marked}${after}`.trimEnd(),
    `  ${' '.repeat(number.length)} | ${' '.repeat(columnsOf(before))}${'^'.repeat(Math.max(1, columnsOf(marked)))}`,
  ];
}

/** The end of a line, or of as much of it as may be shown, as a whole file may stand in one. */
function endOfLine(text: string, from: number): number {
  const length = text.slice(from, from + longest).search(/[\r\n]/);
  return length === -1 ? Math.min(text.length, from + longest) : from + length;
}

/** Does not cut a surrogate pair in two. */
function startOfCharacter(line: string, index: number): number {
  const code = line.charCodeAt(index);
  return code >= 0xdc00 && code <= 0xdfff ? index - 1 : index;
}
