import type { CheckedWorkflow, PythonFunction, QueuedWorkflow } from '../checked.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { Template } from '../expressions/syntax.ts';
import type { PathRead } from '../expressions/walk.ts';
import type { Branch } from '../graph/branches.ts';
import type { Graph } from '../graph/graph.ts';
import type { LoopFault } from '../graph/loops.ts';
import type { JsonPath } from '../json.ts';
import { candidatesOf, isModelNode, type Candidate, type ModelNode } from '../modelNodes.ts';
import type { FoundLock } from '../mcp/lock.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import type { PythonModule } from '../python/PythonModule.ts';
import type { RecordedRuns } from '../recordedRuns.ts';
import type { TriggerNode } from '../trigger.ts';
import type { NodeOf, NodeType, WorkflowEdge, WorkflowFile, WorkflowNode } from '../types.ts';
import type { CalledFile, QueuedFile } from './workflowFolder.ts';

export type OutputTypes = ReturnType<NodeDefinition['values']>;

/** A config string with `{{ … }}` in it, and where it is. */
export interface PlacedTemplate {
  readonly node: WorkflowNode;
  readonly path: JsonPath;
  readonly template: Template;
  /** Every path that its expressions read. */
  readonly references: readonly PathRead[];
}

/** What all rules look at. */
export interface CheckContext {
  readonly file: WorkflowFile;
  /** Where the file lies, from the folder of the outermost workflow; undefined when it has no name. */
  readonly own: string | undefined;
  readonly graph: Graph;
  /** The disabled nodes by their ids, of which nothing else here knows, and where they stand in the file. */
  readonly disabled: ReadonlyMap<string, { readonly node: WorkflowNode; readonly path: JsonPath }>;
  /** The first trigger, when there is one. */
  readonly trigger: TriggerNode | undefined;
  /** The nodes that some run reaches. */
  readonly reachable: ReadonlySet<string>;
  readonly cycle: readonly WorkflowEdge[] | undefined;
  /** What is wrong with the bodies of loops; nothing when there is a cycle. */
  readonly loopFaults: readonly LoopFault[];
  /** Every edge connects handles that exist, there is no cycle, and bodies are sound: only then do branches say how runs go. */
  readonly isSound: boolean;
  /** Of the reachable nodes; empty when there is a cycle. */
  readonly branches: ReadonlyMap<string, Branch>;
  /** Every config string that holds expressions, or was meant to. */
  readonly templates: readonly PlacedTemplate[];
  /** The types of the values at a node's output handles, by handle. */
  readonly valuesOf: (node: WorkflowNode) => OutputTypes;
  /** Whether a way of edges leads from one node to the other. */
  readonly comesBefore: (earlier: string, later: string) => boolean;
  /** The modules of the `pythonFunction` nodes, by node id, as far as their text is known. */
  readonly modules: ReadonlyMap<string, PythonModule>;
  /** The functions that were found in them, by node id. */
  readonly functions: ReadonlyMap<string, PythonFunction>;
  /** What stands behind the files of the `subWorkflow` nodes, by node id. */
  readonly called: ReadonlyMap<string, CalledFile>;
  /** The called workflows that are sound, by node id. */
  readonly calls: ReadonlyMap<string, CheckedWorkflow>;
  /** What stands behind the files of the `enqueue` nodes, by node id. */
  readonly queued: ReadonlyMap<string, QueuedFile>;
  /** The workflows among them that begin with a queue, by node id. */
  readonly queues: ReadonlyMap<string, QueuedWorkflow>;
  /** What lies where the tools of the declared MCP servers should be, by the name of the server. */
  readonly mcpLocks: ReadonlyMap<string, FoundLock>;
  /** The texts of the files in the folder of the workflow, by the path that a config names. */
  readonly sources: ReadonlyMap<string, string>;
  /** Runs that are kept as tests beside the workflow file. */
  readonly recorded: RecordedRuns;
  /** Where a node, or something in it, stands in the file. */
  readonly pathOf: (node: WorkflowNode, ...rest: JsonPath) => JsonPath;
}

/** What rules about nodes look at: the nodes in question, each by itself, and in the whole workflow what these refer to. */
export interface NodeContext extends CheckContext {
  /** All nodes, or those that a change concerns. */
  readonly nodes: readonly WorkflowNode[];
  /** Those in `nodes`. */
  readonly templates: readonly PlacedTemplate[];
}

/** Reports every place of a workflow that breaks it. One rule looks for one kind of fault and relies on no other rule. */
export type WorkflowRule = (context: CheckContext, reporter: Reporter) => void;

/**
 * A rule whose findings about a node depend on that node alone, on what its expressions read and on the tools connected to it.
 * After a change it is asked about the nodes that this concerns, and about no others.
 */
export type NodeRule = (context: NodeContext, reporter: Reporter) => void;

export function nodesOf<Type extends NodeType>(file: Pick<WorkflowFile, 'nodes'>, type: Type): readonly NodeOf<Type>[] {
  // A node's type tells its config; the type checker does not take the step from the filter to it.
  return file.nodes.filter((node) => node.type === type) as readonly WorkflowNode[] as readonly NodeOf<Type>[];
}

export function nodesOfType<Type extends NodeType>(context: NodeContext, type: Type): readonly NodeOf<Type>[] {
  return nodesOf(context, type);
}

/** The nodes that ask another service at an address of their own. */
export function outsideNodes({
  nodes,
}: Pick<WorkflowFile, 'nodes'>): readonly NodeOf<'httpRequest' | 'graphqlQuery'>[] {
  return nodes.filter((node) => node.type === 'httpRequest' || node.type === 'graphqlQuery');
}

/** The nodes that send statements to a database. */
export function queryNodes({ nodes }: Pick<WorkflowFile, 'nodes'>): readonly NodeOf<'postgresQuery' | 'sqliteQuery'>[] {
  return nodes.filter((node) => node.type === 'postgresQuery' || node.type === 'sqliteQuery');
}

/** The nodes that ask a model, whoever serves it. */
export function modelNodes({ nodes }: Pick<WorkflowFile, 'nodes'>): readonly ModelNode[] {
  return nodes.filter(isModelNode);
}

/** Each model that nodes can ask. */
export function candidates(context: Pick<WorkflowFile, 'nodes'>): readonly Candidate[] {
  return modelNodes(context).flatMap(candidatesOf);
}
