import type { Span } from '../expressions/syntax.ts';
import type { JsonPath } from '../json.ts';
import type { Range } from '../source/range.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import { catalog, type DiagnosticCode, type MessageParams } from './catalog.ts';
import type { Diagnostic, Fix, RelatedPlace } from './diagnostic.ts';

export interface Place {
  readonly path: JsonPath;
  /** The key, the value (when left out), a part of a string's value, or a range of the file. */
  readonly at?: 'key' | 'value' | Span | { readonly range: Range };
}

export interface Extras {
  readonly suggestion?: string | undefined;
  readonly fixes?: readonly (Fix | undefined)[];
  readonly related?: readonly { readonly message: string; readonly path: JsonPath }[];
}

/** Makes diagnostics about one file. */
export class Reporter {
  readonly source: SourceDocument;
  readonly diagnostics: Diagnostic[] = [];

  constructor(source: SourceDocument) {
    this.source = source;
  }

  get hasErrors(): boolean {
    return this.diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  }

  report<Code extends DiagnosticCode>(
    code: Code,
    params: MessageParams<Code>,
    place: Place,
    extras: Extras = {},
  ): void {
    // One entry of the catalog takes the params of its own code; the union of them is more than the type checker can follow.
    const entry = catalog[code];
    const message = (entry.message as (given: unknown) => string)(params);
    const hint = (entry.hint as ((given: unknown) => string) | undefined)?.(params) ?? entry.whatToDo;
    const { suggestion } = extras;
    const fixes = (extras.fixes ?? []).filter((fix) => fix !== undefined);
    const related = (extras.related ?? []).map((other): RelatedPlace => ({
      message: other.message,
      path: other.path,
      range: this.source.value(other.path),
    }));
    this.diagnostics.push({
      code,
      severity: entry.severity,
      message: suggestion === undefined ? message : `${message} Did you mean \`${suggestion}\`?`,
      path: place.path,
      range: this.#range(place),
      hint,
      ...(suggestion !== undefined && { suggestion }),
      ...(fixes.length > 0 && { fixes }),
      ...(related.length > 0 && { related }),
    });
  }

  #range({ path, at }: Place): Range {
    if (at === undefined || at === 'value') return this.source.value(path);
    if (at === 'key') return this.source.key(path);
    return 'range' in at ? at.range : this.source.within(path, at);
  }

  /** In the order of the file. */
  sorted(): readonly Diagnostic[] {
    return inFileOrder(this.diagnostics);
  }
}

/** By their places; those of the same place by their codes and words, so that it does not matter in which order they were found. */
export function inFileOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted(compare);
  // What is wrong with each of several models in the same words is said once.
  return sorted.filter((each, index) => {
    const before = sorted[index - 1];
    return before === undefined || compare(before, each) !== 0 || before.path.join() !== each.path.join();
  });
}

function compare(a: Diagnostic, b: Diagnostic): number {
  return (
    a.range.start - b.range.start ||
    a.range.end - b.range.end ||
    compareTexts(a.code, b.code) ||
    compareTexts(a.message, b.message)
  );
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
