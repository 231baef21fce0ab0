import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { moved, namesLines } from '../diagnostics/moved.ts';
import { isModelNode, type ModelNode } from '../modelNodes.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { NodeEdit, Revision } from '../parse/revise.ts';
import type { WorkflowNode } from '../types.ts';
import { findingsOf, resultOf, withNodes, type Examination } from './check.ts';
import type { CheckContext } from './context.ts';
import { readersIn, templatesAt } from './expressionContext.ts';
import { isTypedByReads } from './transformTypes.ts';
import { graphRules, nodeRules, readRules } from './rules.ts';

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
    file.notes,
  );
  if (edits.some((edit) => retypesReader(examination, edit))) return undefined;
  const places = concernedPlaces(examination, edits);
  const kept = examination.ofNodes.filter(({ path }) => !places.has(Number(path[1])));
  const edited = new Set(edits.map(({ after }) => table.placeOf(after.id)));
  const isToldAnew = (some: readonly Diagnostic[]): boolean =>
    some.some((finding) => namesLines(finding) || isInside(finding, edited));
  const movedAlong = (some: readonly Diagnostic[]): readonly Diagnostic[] =>
    some.map((finding) => moved(finding, changes, source));
  const hasOtherNotes = file.notes !== examination.context.file.notes;
  const ofGraph =
    hasOtherNotes || isToldAnew(examination.ofGraph)
      ? findingsOf(graphRules, context, source)
      : movedAlong(examination.ofGraph);
  const isReadAnew = edits.some((edit) => readBy(examination.context, edit.before) !== readBy(context, edit.after));
  const ofReads =
    isReadAnew || isToldAnew(examination.ofReads)
      ? findingsOf(readRules, context, source)
      : movedAlong(examination.ofReads);
  const concerned = [...places].toSorted((a, b) => a - b);
  const nodes = concerned.flatMap((place) => context.file.nodes[place] ?? []);
  const templates = concerned.flatMap((place) => templatesAt(context.templates, place));
  const ofNodes = [...movedAlong(kept), ...findingsOf(nodeRules, { ...context, nodes, templates }, source)];
  const result = resultOf(context, reached, [...ofGraph, ...ofReads, ...ofNodes], source);
  const readers = isReadAnew ? readersIn(context.templates) : examination.readers;
  return { result, context, reached, readers, ofGraph, ofReads, ofNodes };
}

/** Whether a finding stands inside of nodes, where what changed does not tell where its place went. */
function isInside({ path, related = [] }: Diagnostic, places: ReadonlySet<number | undefined>): boolean {
  return [path, ...related.map((place) => place.path)].some(
    ([list, place]) => list === 'nodes' && places.has(Number(place)),
  );
}

/** Whether an edit changes what the whole workflow is checked by. */
function isShared(edit: NodeEdit): boolean {
  // Each node's config is that of its type; the type checker cannot follow the two together.
  const { shared }: NodeDefinition = registry[edit.before.type];
  const { before, after } = edit;
  // Its handles and the types of its values hang on its step options.
  const sharedOf = ({ config, step }: WorkflowNode): string => JSON.stringify([shared(config), step]);
  return sharedOf(before) !== sharedOf(after);
}

/** Whether what a node gives is of another type now, and so is what a loop or a transform gives that has or reads it. */
function retypesReader({ context: { graph, valuesOf }, readers }: Examination, { before, after }: NodeEdit): boolean {
  const isResult = [...graph.results.values()].some((edges) => edges.some(({ source }) => source === after.id));
  const isPassedOn = [...readers(after.id)].some((id) => {
    const reader = graph.nodes.get(id);
    return reader !== undefined && isTypedByReads(graph, reader);
  });
  return (isResult || isPassedOn) && JSON.stringify(valuesOf(before)) !== JSON.stringify(valuesOf(after));
}

/** Where the nodes are about which rules may have other things to say after edits of some. */
function concernedPlaces(examination: Examination, edits: readonly NodeEdit[]): ReadonlySet<number> {
  const { context, readers } = examination;
  const concerned = new Set(edits.map(({ after }) => after.id));
  for (const edit of edits)
    if (edit.before.config !== edit.after.config) for (const id of readers(edit.after.id)) concerned.add(id);
  for (const { path } of examination.ofNodes.filter(namesLines))
    concerned.add(context.file.nodes[Number(path[1])]?.id ?? '');
  for (const id of concerned) for (const other of sharingFindings(examination, id)) concerned.add(other);
  return new Set([...concerned].flatMap((id) => context.graph.nodes.placeOf(id) ?? []));
}

/** What is found about a model may stand at its tools and at the prompts that it sends, and these may belong to others as well. */
function sharingFindings({ context, readers }: Examination, id: string): readonly string[] {
  const { nodes, tools } = context.graph;
  const isPrompt = (other: string): boolean => nodes.get(other)?.type === 'promptTemplate';
  const isModel = (other: string): boolean => isModelNode(nodes.get(other));
  const shared = [...tools].flatMap(([model, offered]) =>
    model === id || offered.includes(id) ? [model, ...offered] : [],
  );
  if (isPrompt(id)) shared.push(...[...readers(id)].filter(isModel));
  if (isModel(id)) {
    const read = templatesAt(context.templates, nodes.placeOf(id)).flatMap(({ references }) => references);
    const ids = read.map(({ path }) => (path.root === 'nodes' ? String(path.segments[0]?.key) : ''));
    shared.push(...ids.filter(isPrompt));
  }
  return shared;
}

/** What the rules about all expressions together see of a node. */
function readBy({ templates, graph }: CheckContext, node: WorkflowNode): string {
  const own = templatesAt(templates, graph.nodes.placeOf(node.id));
  const paths = own.flatMap(({ references }) =>
    references.map(({ path: { root, segments } }) => [root, ...segments.map(({ key }) => key)]),
  );
  const isBroken = own.some(({ template }) => template.problems.length > 0);
  return JSON.stringify([paths, isBroken, isModelNode(node) && declaredCalls(node.config)]);
}

function declaredCalls({ functions, tools, functionCall, toolChoice }: ModelNode['config']): unknown {
  return [functions, tools, functionCall, toolChoice];
}
