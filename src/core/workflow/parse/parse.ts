import type { Result } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../expressions/syntax.ts';
import { SourceDocument } from '../source/SourceDocument.ts';
import { workflowSchema, type WorkflowFile } from '../types.ts';
import { readJson } from './readJson.ts';
import { reportShape } from './shape.ts';

/** A workflow file that has the right form, and the text it was read from. */
export interface Workflow {
  readonly file: WorkflowFile;
  readonly source: SourceDocument;
  /** Where each node stands in the text; undefined when there is anything to be said of the text itself. */
  readonly nodeSpans?: readonly Span[] | undefined;
}

/**
 * Reads the text of a workflow file. Has no side effects, and never throws on any text.
 * What it accepts has the right form and nothing more: whether it makes sense is for `check` to say.
 */
export function parse(text: string): Result<Workflow> {
  const source = new SourceDocument(text);
  const reporter = new Reporter(source);
  const json = readJson(reporter);
  if (json === undefined) return { ok: false, diagnostics: reporter.sorted() };
  const parsed = workflowSchema.safeParse(json.value);
  if (!parsed.success) reportShape(reporter, parsed.error.issues, json.value);
  const diagnostics = reporter.sorted();
  if (!parsed.success || reporter.hasErrors) return { ok: false, diagnostics };
  // The schema's type is a union over node types that TypeScript widens; WorkflowFile is the same, by node type.
  const file = parsed.data as unknown as WorkflowFile;
  return { ok: true, value: { file, source, nodeSpans: json.nodes }, diagnostics };
}
