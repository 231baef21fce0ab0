import type { Result } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Json } from '../json.ts';
import { enabledPart } from '../enabledPart.ts';
import { NodeSpans } from '../source/nodeSpans.ts';
import { SourceDocument } from '../source/SourceDocument.ts';
import { workflowSchema, type WorkflowFile, type WorkflowNode } from '../types.ts';
import { readJson } from './readJson.ts';
import { reportShape } from './shape.ts';
import type { JsonRead } from './soundJson.ts';

/** A workflow file that has the right form, and the text it was read from. */
export interface Workflow {
  /** Without what is disabled. */
  readonly file: WorkflowFile;
  readonly disabled: readonly WorkflowNode[];
  /** All that stands in the text. */
  readonly whole: WorkflowFile;
  /**
   * Knows where each node stands, unless there is something to be said of the text itself. Its paths are those of `file`; the
   * disabled nodes count behind the others.
   */
  readonly source: SourceDocument;
}

/**
 * Reads the text of a workflow file. Has no side effects, and never throws on any text.
 * What it accepts has the right form and nothing more: whether it makes sense is for `check` to say.
 */
export function parse(text: string): Result<Workflow> {
  const reader = new Reporter(new SourceDocument(text));
  const json = readJson(reader);
  if (json === undefined) return { ok: false, diagnostics: reader.sorted() };
  const spans = nodeSpans(json);
  const reporter = spans === undefined ? reader : new Reporter(new SourceDocument(text, spans));
  const parsed = workflowSchema.safeParse(json.value);
  if (!parsed.success) reportShape(reporter, parsed.error.issues, json.value);
  const diagnostics = reporter.sorted();
  if (!parsed.success || reporter.hasErrors) return { ok: false, diagnostics };
  // The schema's type is a union over node types that TypeScript widens; WorkflowFile is the same, by node type.
  const whole = parsed.data as unknown as WorkflowFile;
  const { file, disabled, places } = enabledPart(whole);
  const source = places === undefined ? reporter.source : new SourceDocument(text, spans, undefined, places);
  return { ok: true, value: { file, disabled, whole, source }, diagnostics };
}

/** Undefined where a list of nodes has other things in it, or where nobody has looked. */
function nodeSpans({ value, nodes }: JsonRead): NodeSpans | undefined {
  const list = (value as { readonly nodes?: Json } | null)?.nodes;
  return nodes !== undefined && Array.isArray(list) && list.length === nodes.length ? NodeSpans.of(nodes) : undefined;
}
