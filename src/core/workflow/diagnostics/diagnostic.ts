import type { JsonPath } from '../json.ts';
import type { Range, TextEdit } from '../source/range.ts';
import type { DiagnosticCode } from './catalog.ts';

export type Severity = 'error' | 'warning';

/** A change of the file that removes the diagnostic. Edits do not overlap; their offsets are those of the file as it was read. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Another place that has to do with a diagnostic. */
export interface RelatedPlace {
  readonly message: string;
  readonly path: JsonPath;
  readonly range: Range;
}

/** A finding about a workflow file. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What is wrong, in one sentence, with the suggestion where there is one. */
  readonly message: string;
  readonly path: JsonPath;
  readonly range: Range;
  /** The way out. */
  readonly hint?: string;
  /** The name that was probably meant. */
  readonly suggestion?: string;
  readonly fixes?: readonly Fix[];
  readonly related?: readonly RelatedPlace[];
}

/** What a phase of the compiler gives; without errors there may still be warnings. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };
