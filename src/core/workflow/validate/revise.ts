import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { moved, namesLines } from '../diagnostics/moved.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { NodeEdit, Revision } from '../parse/revise.ts';
import type { NodeOf, WorkflowNode } from '../types.ts';
import { findings, resultOf, withNodes, type Examination } from './check.ts';
import type { CheckContext } from './context.ts';
import { readersIn, templatesAt } from './expressionContext.ts';
import { nodeRules, readRules } from './rules.ts';

/**
 * As `examine`, after edits of nodes that concern no more than these, the nodes that read them, and models and tools that are
 * connected to them; undefined when they concern more.
 */
export function reviseExamination(
  examination: Examination,
  { workflow: { file, source }, edits, changes }: Revision,
): Examination | undefined {
  const { nodes: table } = examination.context.graph;
  const isLooking = table.hasUniqueIds && table.list.length === file.nodes.length;
  if (!isLooking || edits.some(isShared)) return undefined;
  const { context, reached } = withNodes(
    examination,
    edits.map(({ after }) => after),
  );
  const places = concernedPlaces(examination, edits);
  const kept = examination.ofNodes.filter(({ path }) => !places.has(Number(path[1])));
  const isReadAnew = edits.some((edit) => readBy(examination.context, edit.before) !== readBy(context, edit.after));
  if ([...examination.ofGraph, ...examination.ofReads, ...kept].some(namesLines)) return undefined;
  const movedAlong = (some: readonly Diagnostic[]): readonly Diagnostic[] =>
    some.map((finding) => moved(finding, changes, source));
  const ofGraph = movedAlong(examination.ofGraph);
  const ofReads = isReadAnew ? findings(readRules, context, source) : movedAlong(examination.ofReads);
  const concerned = [...places].toSorted((a, b) => a - b);
  const nodes = concerned.flatMap((place) => context.file.nodes[place] ?? []);
  const templates = concerned.flatMap((place) => templatesAt(context.templates, place));
  const ofNodes = [...movedAlong(kept), ...findings(nodeRules, { ...context, nodes, templates }, source)];
  const result = resultOf(context, reached, [...ofGraph, ...ofReads, ...ofNodes], source);
  const readers = isReadAnew ? readersIn(context.templates) : examination.readers;
  return { result, context, reached, readers, ofGraph, ofReads, ofNodes };
}

export function hasSameConfig({ before, after }: NodeEdit): boolean {
  return JSON.stringify(before.config) === JSON.stringify(after.config);
}

/** Whether an edit changes what the whole workflow is checked by. */
function isShared(edit: NodeEdit): boolean {
  // Each node's config is that of its type; the type checker cannot follow the two together.
  const { shared }: NodeDefinition = registry[edit.before.type];
  const { before, after } = edit;
  return JSON.stringify(shared(before.config)) !== JSON.stringify(shared(after.config));
}

/** Where the nodes are about which rules may have other things to say after edits of some. */
function concernedPlaces({ context, readers }: Examination, edits: readonly NodeEdit[]): ReadonlySet<number> {
  const { tools, nodes } = context.graph;
  const concerned = new Set(edits.map(({ after }) => after.id));
  for (const edit of edits) if (!hasSameConfig(edit)) for (const id of readers(edit.after.id)) concerned.add(id);
  // What is said of a model's tools may stand at any of them.
  for (const id of concerned) {
    for (const [model, offered] of tools)
      if (model === id || offered.includes(id)) for (const other of [model, ...offered]) concerned.add(other);
  }
  return new Set([...concerned].flatMap((id) => nodes.placeOf(id) ?? []));
}

/** What the rules about all expressions together see of a node. */
function readBy({ templates, graph }: CheckContext, node: WorkflowNode): string {
  const own = templatesAt(templates, graph.nodes.placeOf(node.id));
  const paths = own.flatMap(({ references }) =>
    references.map(({ path: { root, segments } }) => [root, ...segments.map(({ key }) => key)]),
  );
  const isBroken = own.some(({ template }) => template.problems.length > 0);
  return JSON.stringify([paths, isBroken, node.type === 'openaiCompletion' && declaredCalls(node.config)]);
}

function declaredCalls({ functions, tools, functionCall, toolChoice }: NodeOf<'openaiCompletion'>['config']): unknown {
  return [functions, tools, functionCall, toolChoice];
}
