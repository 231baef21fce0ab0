import type { TextChange } from '../source/change.ts';
import type { Range } from '../source/range.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import type { DiagnosticCode } from './catalog.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Those whose messages say in which line of the file something else stands. */
const codesWithLines: ReadonlySet<DiagnosticCode> = new Set([
  'duplicate-edge',
  'duplicate-edge-id',
  'duplicate-function-name',
  'duplicate-node-id',
]);

/** Whether the message of a finding would be another if lines moved. */
export function namesLines({ code }: Diagnostic): boolean {
  return codesWithLines.has(code);
}

/** A finding about a part of a file that did not change, where it stands once others have. @param source the file after it */
export function moved(diagnostic: Diagnostic, changes: readonly TextChange[], source: SourceDocument): Diagnostic {
  const offset = (before: number): number =>
    changes.reduce(
      (after, { start, endBefore, endAfter }) => (before <= start ? after : after + endAfter - endBefore),
      before,
    );
  const range = (before: Range): Range => source.range(offset(before.start), offset(before.end));
  const { fixes, related } = diagnostic;
  return {
    ...diagnostic,
    range: range(diagnostic.range),
    ...(fixes !== undefined && {
      fixes: fixes.map(({ title, edits }) => ({
        title,
        edits: edits.map(({ start, end, text, ...rest }) => ({
          ...rest,
          start: offset(start),
          end: offset(end),
          text,
        })),
      })),
    }),
    ...(related !== undefined && { related: related.map((place) => ({ ...place, range: range(place.range) })) }),
  };
}
