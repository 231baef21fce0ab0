import type { CheckedWorkflow, PythonFunction } from '../checked.ts';
import type { Diagnostic, Result } from '../diagnostics/diagnostic.ts';
import { inFileOrder, Reporter } from '../diagnostics/report.ts';
import { createAncestry } from '../graph/ancestry.ts';
import { findBranches, type Branch } from '../graph/branches.ts';
import { buildGraph, findCycle, reachableFrom, topologicalOrder, type Graph } from '../graph/graph.ts';
import { loopFaults, secondResults } from '../graph/loops.ts';
import { lockIn } from '../mcp/lock.ts';
import { placeOf } from '../modelNodes.ts';
import { inputsOf, outputsOf } from '../nodes/handles.ts';
import type { Workflow } from '../parse/parse.ts';
import { PythonModule } from '../python/PythonModule.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
import { isTrigger, type TriggerNode } from '../trigger.ts';
import type { WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';
import { nodesOf, type CheckContext } from './context.ts';
import {
  outputTypes,
  placedTemplates,
  rangeAt,
  readersIn,
  scopeOf,
  templatesAt,
  templatesOf,
} from './expressionContext.ts';
import { readsOfResults } from './loopResults.ts';
import { loopTypes } from './loopTypes.ts';
import { isTypedByReads, transformTypes } from './transformTypes.ts';
import { graphRules, nodeRules, readRules } from './rules.ts';
import { usableRuns } from './rules/recordedRuns.ts';
import { WorkflowFolder } from './workflowFolder.ts';

/** A larger graph is not walked, so that no file can keep the compiler busy for minutes. */
const nodeLimit = 5_000;

/**
 * Looks for everything in a workflow that cannot work, or that its author will not have meant.
 * @param sources the texts of the files that `sourceFiles` lists, by their path from the folder of the workflow
 * @param name that of the workflow's own file, by which workflows that it calls could call it in turn
 * @returns the workflow without the nodes that no run reaches (about which there is a warning)
 */
export function check(
  workflow: Workflow,
  sources: ReadonlyMap<string, string>,
  name?: string,
): Result<CheckedWorkflow> {
  return examine(workflow, sources, name).result;
}

/** What is known of a workflow once it was checked. */
export interface Examination {
  readonly result: Result<CheckedWorkflow>;
  readonly context: CheckContext;
  readonly reached: OrderedGraph;
  /** The nodes whose expressions read a node, by its id. */
  readonly readers: (id: string) => ReadonlySet<string>;
  /** What was found by each kind of rule. */
  readonly ofGraph: readonly Diagnostic[];
  readonly ofReads: readonly Diagnostic[];
  readonly ofNodes: readonly Diagnostic[];
}

/** As `check`, with what it found out on the way. */
export function examine(workflow: Workflow, sources: ReadonlyMap<string, string>, name?: string): Examination {
  const resultIn = (called: Workflow, folder: WorkflowFolder) => examineIn(called, folder).result;
  return examineIn(workflow, WorkflowFolder.outermost(sources, name, resultIn));
}

function examineIn(workflow: Workflow, folder: WorkflowFolder): Examination {
  const reporter = new Reporter(workflow.source);
  const { length: count } = workflow.file.nodes;
  const isTooLarge = count > nodeLimit;
  if (isTooLarge) reporter.report('too-many-nodes', { count, limit: nodeLimit }, { path: ['nodes'], at: 'key' });
  const file = isTooLarge ? { ...workflow.file, nodes: [], edges: [] } : workflow.file;
  const { context, reached } = createContext(file, workflow.disabled, folder);
  if (!isTooLarge) for (const rule of graphRules) rule(context, reporter);
  const ofGraph = reporter.diagnostics;
  const ofReads = isTooLarge ? [] : findingsOf(readRules, context, workflow.source);
  const ofNodes = isTooLarge ? [] : findingsOf(nodeRules, { ...context, nodes: file.nodes }, workflow.source);
  const result = resultOf(context, reached, [...ofGraph, ...ofReads, ...ofNodes], workflow.source);
  return { result, context, reached, readers: readersIn(context.templates), ofGraph, ofReads, ofNodes };
}

/** What rules have to say, by rule. */
export function findingsOf<Context>(
  rules: readonly ((context: Context, reporter: Reporter) => void)[],
  context: Context,
  source: SourceDocument,
): readonly Diagnostic[] {
  const reporter = new Reporter(source);
  for (const rule of rules) rule(context, reporter);
  return reporter.diagnostics;
}

/** The result of a check: without errors, the workflow that runs reach. */
export function resultOf(
  context: CheckContext,
  reached: OrderedGraph,
  findings: readonly Diagnostic[],
  source: SourceDocument,
): Result<CheckedWorkflow> {
  const diagnostics = inFileOrder(findings).map((finding) => inText(finding, source));
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  if (hasErrors || context.trigger === undefined) return { ok: false, diagnostics };
  return { ok: true, value: checkedWorkflow(context, reached, context.trigger, source.text), diagnostics };
}

/** A finding by the paths that the text has. */
function inText(finding: Diagnostic, source: SourceDocument): Diagnostic {
  const path = source.pathInText(finding.path);
  const related = finding.related?.map((place) => ({ ...place, path: source.pathInText(place.path) }));
  return path === finding.path && related === undefined ? finding : { ...finding, path, ...(related && { related }) };
}

function checkedWorkflow(
  context: CheckContext,
  reached: OrderedGraph,
  trigger: TriggerNode,
  text: string,
): CheckedWorkflow {
  const { reachable, branches, graph, templates } = context;
  const isWhole = reached.graph === graph;
  const readsOfResult = readsOfResults(context);
  const ofReached = <Value>(byNode: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    isWhole ? byNode : new Map([...byNode].filter(([id]) => reachable.has(id)));
  return {
    ...reached,
    text,
    trigger,
    branches,
    readsOf: (id) => [
      ...templatesAt(templates, graph.nodes.placeOf(id)).flatMap(({ references }) => references),
      ...readsOfResult(id),
    ],
    functions: ofReached(context.functions),
    calls: ofReached(context.calls),
    queues: ofReached(context.queues),
    mcpLocks: context.mcpLocks,
    recordedRuns: usableRuns(context),
    scopeOf: memoizedByNode((reader) => scopeOf(context, reader)),
  };
}

/** The nodes of a graph that are typed by what they read, as far as there is an order in which each comes behind that. */
function typedByReads({ graph, order, file }: OrderedGraph): readonly WorkflowNode[] {
  if (!file.nodes.some((node) => isTypedByReads(graph, node))) return [];
  const ids = new Set([...order, ...file.nodes.map(({ id }) => id)]);
  const nodes = [...ids].flatMap((id) => graph.nodes.get(id) ?? []);
  return nodes.filter((node) => isTypedByReads(graph, node));
}

/** What rules would look at, of a workflow that nobody checks: for an editor in which it is half written. */
export function contextOf(
  file: WorkflowFile,
  sources: ReadonlyMap<string, string>,
  name: string | undefined,
): CheckContext {
  const resultIn = (called: Workflow, folder: WorkflowFolder) => examineIn(called, folder).result;
  return createContext(file, [], WorkflowFolder.outermost(sources, name, resultIn)).context;
}

/** A workflow's graph, and its nodes in an order in which each comes after what it waits for. */
export interface OrderedGraph {
  readonly file: WorkflowFile;
  readonly graph: Graph;
  readonly order: readonly string[];
}

function orderedGraph(file: WorkflowFile): OrderedGraph {
  const graph = buildGraph(file);
  return { file, graph, order: topologicalOrder(graph) };
}

/** What rules look at, and the part of the workflow that runs reach. */
function createContext(
  file: WorkflowFile,
  disabled: readonly WorkflowNode[],
  folder: WorkflowFolder,
): { readonly context: CheckContext; readonly reached: OrderedGraph } {
  const whole = orderedGraph(file);
  const { graph, order } = whole;
  const trigger = file.nodes.find(isTrigger);
  const reachable = trigger === undefined ? new Set<string>() : reachableFrom(graph, trigger.id);
  const cycle = findCycle(graph, order);
  const reached = reachable.size === file.nodes.length ? whole : orderedGraph(restricted(file, reachable));
  const branches = cycle === undefined ? findBranches(reached.graph, reached.order) : new Map<string, Branch>();
  const faults = [...loopFaults(reached.graph, branches), ...secondResults(graph)];
  const pathOf = pathsIn(file);
  const { sources } = folder;
  const modules = modulesOf(file, sources);
  const called = new Map(nodesOf(file, 'subWorkflow').map(({ id, config }) => [id, folder.called(config.file)]));
  const calls = new Map(
    [...called].flatMap(([id, found]) => (found.kind === 'sound' ? [[id, found.checked] as const] : [])),
  );
  const queued = new Map(nodesOf(file, 'enqueue').map(({ id, config }) => [id, folder.queued(config.file, file)]));
  const queues = new Map(
    [...queued].flatMap(([id, found]) => (found.kind === 'queue' ? [[id, found.workflow] as const] : [])),
  );
  const functions = functionsOf(file, modules);
  const open = new Set<string>();
  const context: CheckContext = {
    file,
    own: folder.own,
    graph,
    disabled: new Map(disabled.map((node, index) => [node.id, { node, path: ['nodes', file.nodes.length + index] }])),
    trigger,
    reachable,
    cycle,
    loopFaults: faults,
    isSound: cycle === undefined && faults.length === 0 && file.edges.every((edge) => isConnected(graph, edge)),
    branches,
    comesBefore: createAncestry(graph, order),
    modules,
    functions,
    called,
    calls,
    queued,
    queues,
    mcpLocks: new Map(Object.keys(file.mcpServers).map((server) => [server, lockIn(sources, server)])),
    sources,
    recorded: folder.recordedRuns,
    pathOf,
    templates: placedTemplates(file, pathOf),
    valuesOf: memoizedByNode((node) => {
      const plain = outputTypes(node, calls, functions);
      // Those that read one another in a circle, which is an error, are of no known type.
      if (!isTypedByReads(graph, node) || open.has(node.id)) return plain;
      open.add(node.id);
      const types = loopTypes(context, node) ?? transformTypes(context, node) ?? plain;
      open.delete(node.id);
      return types;
    }),
  };
  // In this order none has to ask for the types of a long row of others.
  for (const node of typedByReads(reached)) context.valuesOf(node);
  return { context, reached };
}

/**
 * The same with these notes, and with other nodes in place of those with their ids, whose graph, functions and called workflows
 * are as they were.
 */
export function withNodes(
  { context, reached }: Pick<Examination, 'context' | 'reached'>,
  nodes: readonly WorkflowNode[],
  notes: WorkflowFile['notes'],
): Pick<Examination, 'context' | 'reached'> {
  const replaced = (before: OrderedGraph): OrderedGraph => {
    const graph = { ...before.graph, nodes: before.graph.nodes.with(nodes) };
    return { ...before, graph, file: { ...before.file, nodes: graph.nodes.list, notes } };
  };
  const { order } = reached;
  const { file, graph } = replaced({ file: context.file, graph: context.graph, order });
  const pathOf = pathsBy(({ id }) => graph.nodes.placeOf(id));
  let { templates, trigger } = context;
  for (const node of nodes) {
    const [start, end] = rangeAt(templates, graph.nodes.placeOf(node.id) ?? 0);
    templates = [...templates.slice(0, start), ...templatesOf(node, pathOf), ...templates.slice(end)];
    if (isTrigger(node) && node.id === trigger?.id) trigger = node;
  }
  return {
    context: { ...context, file, graph, trigger, pathOf, templates },
    reached: reached.graph === context.graph ? { file, graph, order } : replaced(reached),
  };
}

function pathsIn(file: WorkflowFile): CheckContext['pathOf'] {
  const indexes = new Map(file.nodes.map((node, index) => [node, index]));
  return pathsBy((node) => indexes.get(node));
}

function pathsBy(indexOf: (node: WorkflowNode) => number | undefined): CheckContext['pathOf'] {
  return (given, ...rest) => {
    const { node, path } = placeOf(given, rest);
    return ['nodes', indexOf(node) ?? 0, ...path];
  };
}

function isConnected(graph: Graph, { source, sourceHandle, target, targetHandle }: WorkflowEdge): boolean {
  const [from, to] = [graph.nodes.get(source), graph.nodes.get(target)];
  if (from === undefined || to === undefined) return false;
  return outputsOf(from).some(({ id }) => id === sourceHandle) && inputsOf(to).some(({ id }) => id === targetHandle);
}

/** Nodes that an edit has replaced are forgotten. */
function memoizedByNode<Value>(work: (node: WorkflowNode) => Value): (node: WorkflowNode) => Value {
  const known = new WeakMap<WorkflowNode, Value>();
  return (node) => {
    const found = known.get(node) ?? work(node);
    known.set(node, found);
    return found;
  };
}

function memoized<Key, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key) ?? work(key);
    known.set(key, found);
    return found;
  };
}

function restricted(file: WorkflowFile, ids: ReadonlySet<string>): WorkflowFile {
  return {
    ...file,
    nodes: file.nodes.filter((node) => ids.has(node.id)),
    edges: file.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
  };
}

/** A module that several nodes use is read once. */
function modulesOf(file: WorkflowFile, sources: ReadonlyMap<string, string>): ReadonlyMap<string, PythonModule> {
  const moduleOf = memoized((code: string) => new PythonModule(code));
  const modules = new Map<string, PythonModule>();
  for (const node of nodesOf(file, 'pythonFunction')) {
    const { file: path, code } = node.config;
    const text = code ?? (path === undefined ? undefined : sources.get(path));
    if (text !== undefined) modules.set(node.id, moduleOf(text));
  }
  return modules;
}

function functionsOf(
  file: WorkflowFile,
  modules: ReadonlyMap<string, PythonModule>,
): ReadonlyMap<string, PythonFunction> {
  const functions = new Map<string, PythonFunction>();
  for (const node of nodesOf(file, 'pythonFunction')) {
    const module = modules.get(node.id);
    const signature = module?.signatureOf(node.config.function);
    if (module !== undefined && signature !== undefined) functions.set(node.id, { signature, code: module.code });
  }
  return functions;
}
