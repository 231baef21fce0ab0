import type { Result } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../expressions/syntax.ts';
import type { Json } from '../json.ts';
import { enabledPart } from '../enabledPart.ts';
import { changeBetween, type TextChange } from '../source/change.ts';
import type { NodeSpans } from '../source/nodeSpans.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import { nodeSchemas, type WorkflowFile, type WorkflowNode } from '../types.ts';
import type { Workflow } from './parse.ts';
import { sizeLimit } from './readJson.ts';
import { revisedNotes } from './reviseNotes.ts';
import { reportShape, type ShapeIssue } from './shape.ts';
import { readSoundJson } from './soundJson.ts';

/**
 * A workflow some of whose nodes were edited, their ids and types left alone, and none of them disabled; or some of its notes.
 */
export interface Revision {
  readonly workflow: Workflow;
  /** None when notes were edited. */
  readonly edits: readonly NodeEdit[];
  /** What changed of the text before, in order; each as if it was the only one. */
  readonly changes: readonly TextChange[];
}

export interface NodeEdit {
  readonly before: WorkflowNode;
  readonly after: WorkflowNode;
}

/** Neighbouring nodes in the text before a change and after it, and what they are now. */
interface Stretch {
  readonly first: number;
  readonly before: readonly Span[];
  readonly after: readonly Span[];
  readonly values: readonly Json[];
}

/**
 * As `parse`, when all that changed of the text lies inside of nodes and is well-formed there; only these are read. Undefined
 * when there is more to it.
 */
export function revise(workflow: Workflow, text: string): Result<Revision> | undefined {
  const { whole, source } = workflow;
  if (source.nodeSpans === undefined || text.length > sizeLimit) return undefined;
  const change = changeBetween(source.text, text);
  const stretch = changedStretch(source.text, text, source.nodeSpans, change);
  if (stretch === undefined) return withNotes(workflow, text, change);
  const spans = source.nodeSpans.with(stretch.first, stretch.after, change.endAfter - change.endBefore);
  const revised = source.after(change, text, spans);
  const nodes = [...whole.nodes];
  const edits: NodeEdit[] = [];
  const changes: TextChange[] = [];
  for (const [position, value] of stretch.values.entries()) {
    const index = stretch.first + position;
    const [before, then, now] = [whole.nodes[index], stretch.before[position], stretch.after[position]];
    if (before === undefined || then === undefined || now === undefined) return undefined;
    const [old, edited] = [source.text.slice(then.start, then.end), text.slice(now.start, now.end)];
    if (old === edited) continue;
    const parsed = isSameNode(before, value) ? nodeSchemas.get(before.type)?.safeParse(value) : undefined;
    if (parsed === undefined) return undefined;
    const isLone = stretch.values.length === 1 && workflow.disabled.length === 0;
    if (!parsed.success) return isLone ? misshapen(revised, whole, index, value, parsed.error.issues) : undefined;
    const after = withConfigOf(before, parsed.data as WorkflowNode);
    nodes[index] = after;
    edits.push({ before, after });
    const { start, endBefore, endAfter } = changeBetween(old, edited);
    changes.push({ start: then.start + start, endBefore: then.start + endBefore, endAfter: then.start + endAfter });
  }
  return {
    ok: true,
    value: { workflow: { ...workflow, ...withNodes(workflow, nodes), source: revised }, edits, changes },
    diagnostics: [],
  };
}

/** As `parse`, when notes alone were edited. */
function withNotes(workflow: Workflow, text: string, change: TextChange): Result<Revision> | undefined {
  const { file, whole, source } = workflow;
  const notes = revisedNotes(workflow, text, change);
  if (notes === undefined || source.nodeSpans === undefined) return undefined;
  const revised = {
    ...workflow,
    file: { ...file, notes },
    whole: { ...whole, notes },
    source: source.after(change, text, source.nodeSpans),
  };
  return { ok: true, value: { workflow: revised, edits: [], changes: [change] }, diagnostics: [] };
}

function withNodes({ file, whole }: Workflow, nodes: readonly WorkflowNode[]): Pick<Workflow, 'file' | 'whole'> {
  const edited = { ...whole, nodes };
  return { whole: edited, file: file === whole ? edited : enabledPart(edited).file };
}

/** Undefined when something else changed than what lies inside of nodes. */
function changedStretch(before: string, after: string, spans: NodeSpans, change: TextChange): Stretch | undefined {
  const first = spans.lastBefore(change.start);
  const last = Math.max(first, spans.lastBefore(change.endBefore));
  if (first < 0 || change.endBefore >= spans.at(last).end || change.start >= spans.at(first).end) return undefined;
  const old = Array.from({ length: last - first + 1 }, (_, index) => spans.at(first + index));
  const start = spans.at(first).start;
  const end = spans.at(last).end + change.endAfter - change.endBefore;
  const json = readSoundJson(`${opening}${after.slice(start, end)}]}`);
  const found = json?.nodes?.map((span) => ({
    start: span.start - opening.length + start,
    end: span.end - opening.length + start,
  }));
  if (json === undefined || found?.length !== old.length || found.at(-1)?.end !== end) return undefined;
  const areBetweenAlike = old.every((span, index) => {
    const [nextBefore, own, next] = [old[index + 1], found[index], found[index + 1]];
    if (nextBefore === undefined || own === undefined || next === undefined) return true;
    return before.slice(span.end, nextBefore.start) === after.slice(own.end, next.start);
  });
  const { nodes: values } = json.value as { readonly nodes: readonly Json[] };
  return areBetweenAlike && values.length === old.length ? { first, before: old, after: found, values } : undefined;
}

/** With it, some nodes are a file of their own. */
const opening = '{"nodes":[';

function isSameNode({ id, type, disabled }: WorkflowNode, value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const node = value as { readonly [key: string]: Json };
  // What is enabled or disabled concerns more than itself.
  return node['id'] === id && node['type'] === type && node['disabled'] !== true && disabled !== true;
}

/** A node that was only moved or labelled keeps its config, so that others need not compare it. */
function withConfigOf(before: WorkflowNode, after: WorkflowNode): WorkflowNode {
  if (JSON.stringify(before.config) !== JSON.stringify(after.config)) return after;
  // Both are of the same type, which the type checker cannot know.
  return { ...after, config: before.config } as WorkflowNode;
}

function misshapen(
  source: SourceDocument,
  { nodes }: WorkflowFile,
  index: number,
  value: Json,
  issues: readonly ShapeIssue[],
): Result<never> {
  const reporter = new Reporter(source);
  const inFile = issues.map((issue) => ({ ...issue, path: ['nodes', index, ...issue.path] }));
  // Of the other nodes nothing is asked.
  reportShape(reporter, inFile, { nodes: nodes.map((_, other) => (other === index ? value : null)) });
  return { ok: false, diagnostics: reporter.sorted() };
}
