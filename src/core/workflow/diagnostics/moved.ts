import type { TextChange } from '../source/change.ts';
import type { Range } from '../source/range.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import type { Diagnostic } from './diagnostic.ts';

/** A finding about a part of a file that did not change, where it stands once another part has. @param source the file after it */
export function moved(diagnostic: Diagnostic, change: TextChange, source: SourceDocument): Diagnostic {
  const offset = (before: number): number =>
    before <= change.start ? before : before + change.endAfter - change.endBefore;
  const range = (before: Range): Range =>
    before.end <= change.start ? before : source.range(offset(before.start), offset(before.end));
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
