import type { CheckedWorkflow, PythonFunction } from '../checked.ts';
import type { Result } from '../diagnostics/diagnostic.ts';
import { Reporter } from '../diagnostics/report.ts';
import type { PathRead } from '../expressions/walk.ts';
import { createAncestry } from '../graph/ancestry.ts';
import { findBranches } from '../graph/branches.ts';
import { buildGraph, findCycle, reachableFrom, topologicalOrder, type Graph } from '../graph/graph.ts';
import type { Handle } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { Workflow } from '../parse/parse.ts';
import { PythonModule } from '../python/PythonModule.ts';
import type { NodeOf, WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';
import { nodesOf, type CheckContext } from './context.ts';
import { outputTypes, placedTemplates, scopeOf } from './expressionContext.ts';
import { rules } from './rules.ts';
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
  return checkIn(workflow, WorkflowFolder.outermost(sources, name, checkIn));
}

function checkIn(workflow: Workflow, folder: WorkflowFolder): Result<CheckedWorkflow> {
  const reporter = new Reporter(workflow.source);
  const { length: count } = workflow.file.nodes;
  if (count > nodeLimit) {
    reporter.report('too-many-nodes', { count, limit: nodeLimit }, { path: ['nodes'], at: 'key' });
    return { ok: false, diagnostics: reporter.diagnostics };
  }
  const { context, reached } = createContext(workflow.file, folder);
  for (const rule of rules) rule(context, reporter);
  const diagnostics = reporter.sorted();
  if (reporter.hasErrors || context.trigger === undefined) return { ok: false, diagnostics };
  return { ok: true, value: checkedWorkflow(context, reached, context.trigger, workflow.source.text), diagnostics };
}

function checkedWorkflow(
  context: CheckContext,
  reached: OrderedGraph,
  trigger: NodeOf<'httpEndpoint'>,
  text: string,
): CheckedWorkflow {
  const { reachable, branches } = context;
  const reads = new Map<string, PathRead[]>();
  for (const { node, references } of context.templates) {
    if (!reachable.has(node.id)) continue;
    const known = reads.get(node.id);
    if (known === undefined) reads.set(node.id, [...references]);
    else known.push(...references);
  }
  return {
    ...reached,
    text,
    trigger,
    branches,
    reads,
    functions: new Map([...context.functions].filter(([id]) => reachable.has(id))),
    calls: new Map([...context.calls].filter(([id]) => reachable.has(id))),
    scopeOf: memoized((reader: WorkflowNode) => scopeOf(context, reader)),
  };
}

interface OrderedGraph {
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
  folder: WorkflowFolder,
): { readonly context: CheckContext; readonly reached: OrderedGraph } {
  const whole = orderedGraph(file);
  const { graph, order } = whole;
  const trigger = file.nodes.find((node) => registry[node.type].role === 'trigger') as
    | NodeOf<'httpEndpoint'>
    | undefined;
  const reachable = trigger === undefined ? new Set<string>() : reachableFrom(graph, trigger.id);
  const cycle = findCycle(graph, order);
  const reached = reachable.size === file.nodes.length ? whole : orderedGraph(restricted(file, reachable));
  const indexes = new Map(file.nodes.map((node, index) => [node, index]));
  const pathOf: CheckContext['pathOf'] = (node, ...rest) => ['nodes', indexes.get(node) ?? 0, ...rest];
  const { sources } = folder;
  const modules = modulesOf(file, sources);
  const called = new Map(nodesOf(file, 'subWorkflow').map(({ id, config }) => [id, folder.called(config.file)]));
  const calls = new Map(
    [...called].flatMap(([id, found]) => (found.kind === 'sound' ? [[id, found.checked] as const] : [])),
  );
  const context: CheckContext = {
    file,
    graph,
    trigger,
    reachable,
    cycle,
    isSound: cycle === undefined && file.edges.every((edge) => isConnected(graph, edge)),
    branches: cycle === undefined ? findBranches(reached.graph, reached.order) : new Map(),
    comesBefore: createAncestry(graph, order),
    modules,
    functions: functionsOf(file, modules),
    called,
    calls,
    sources,
    pathOf,
    templates: placedTemplates(file, pathOf),
    valuesOf: memoized((node: WorkflowNode) => outputTypes(node, calls)),
  };
  return { context, reached };
}

function isConnected(graph: Graph, { source, sourceHandle, target, targetHandle }: WorkflowEdge): boolean {
  const [from, to] = [graph.nodes.get(source), graph.nodes.get(target)];
  if (from === undefined || to === undefined) return false;
  const [outputs, inputs]: readonly (readonly Handle[])[] = [registry[from.type].outputs, registry[to.type].inputs];
  return (outputs ?? []).some(({ id }) => id === sourceHandle) && (inputs ?? []).some(({ id }) => id === targetHandle);
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
