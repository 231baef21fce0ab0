import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { moved } from '../diagnostics/moved.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { Revision } from '../parse/revise.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import type { WorkflowNode } from '../types.ts';
import { nodeFindings, resultOf, withNode, type Examination } from './check.ts';
import type { CheckContext } from './context.ts';

/** An examination that can be revised: its findings about nodes by the node that rules were asked about. */
export interface RevisableExamination extends Examination {
  readonly findings: ReadonlyMap<string, readonly Diagnostic[]>;
}

export function revisable(examination: Examination, source: SourceDocument): RevisableExamination {
  const { context, ofNodes } = examination;
  const findings = new Map<string, readonly Diagnostic[]>();
  for (const node of ofNodes.length === 0 ? [] : context.file.nodes) {
    const found = findingsAbout(context, node, source);
    if (found.length > 0) findings.set(node.id, found);
  }
  return { ...examination, findings };
}

/**
 * As `examine`, when the edit of a node concerns no more than that node and those that read it; undefined when it concerns
 * more, or when there are errors now.
 */
export function reviseExamination(
  examination: RevisableExamination,
  { workflow: { source }, before, after, change }: Revision,
  textBefore: string,
): RevisableExamination | undefined {
  const readers = readersOf(examination.context, before.id);
  const { context, reached } = withNode(examination, after);
  if (!isInward(before, after, readers) || expressionsOf(examination.context, before) !== expressionsOf(context, after))
    return undefined;
  const linesBefore = lineBreaksIn(textBefore, change.start, change.endBefore);
  const linesAfter = lineBreaksIn(source.text, change.start, change.endAfter);
  // Findings about the whole may name lines.
  if (examination.ofWorkflow.length > 0 && linesBefore !== linesAfter) return undefined;
  const ofWorkflow = examination.ofWorkflow.map((finding) => moved(finding, change, source));
  const findings = new Map<string, readonly Diagnostic[]>();
  const concerned = new Set([after.id, ...readers.map(({ id }) => id)]);
  for (const [id, found] of examination.findings) {
    if (!concerned.has(id))
      findings.set(
        id,
        found.map((finding) => moved(finding, change, source)),
      );
  }
  for (const id of concerned) {
    const node = context.graph.nodes.get(id);
    const found = node === undefined ? [] : findingsAbout(context, node, source);
    if (found.length > 0) findings.set(id, found);
  }
  const ofNodes = findings.size === 0 ? [] : context.file.nodes.flatMap(({ id }) => findings.get(id) ?? []);
  const result = resultOf(context, reached, [...ofWorkflow, ...ofNodes], source);
  return result.ok ? { result, context, reached, ofWorkflow, ofNodes, findings } : undefined;
}

function findingsAbout(context: CheckContext, node: WorkflowNode, source: SourceDocument): readonly Diagnostic[] {
  const templates = context.templates.filter((each) => each.node === node);
  return nodeFindings({ ...context, nodes: [node], templates }, source);
}

/** The other nodes whose expressions read a node. */
function readersOf({ templates }: CheckContext, id: string): readonly WorkflowNode[] {
  const readers = new Set<WorkflowNode>();
  for (const { node, references } of templates) {
    for (const { path } of references) if (path.root === 'nodes' && path.segments[0]?.key === id) readers.add(node);
  }
  return [...readers];
}

/** Whether nothing but the node, and what it is found to say to its readers, shows that its config is another. */
function isInward(before: WorkflowNode, after: WorkflowNode, readers: readonly WorkflowNode[]): boolean {
  // Each node's config is that of its type; the type checker cannot follow the two together.
  const { outward, values }: NodeDefinition = registry[before.type];
  if (outward === undefined) return false;
  const types = new Set(readers.map(({ type }) => type));
  const shown = ({ config }: WorkflowNode): string => JSON.stringify([outward(config, types), values(config)]);
  return shown(before) === shown(after);
}

/** The expressions of a node as they are written, in their order: they decide what runs, in what order, and whether it can fail. */
function expressionsOf({ templates }: CheckContext, node: WorkflowNode): string {
  const own = templates.filter((each) => each.node === node);
  const parts = own.flatMap(({ template }) => template.parts);
  return JSON.stringify(parts.map((part) => (part.kind === 'expression' ? part.source : undefined)));
}

/** With the characters around, which may be half of a CRLF. */
function lineBreaksIn(text: string, start: number, end: number): number {
  return text.slice(start - 1, end + 1).match(/\r\n|\r|\n/g)?.length ?? 0;
}
