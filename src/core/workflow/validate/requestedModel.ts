import type { CheckedWorkflow } from '../checked.ts';
import type { Fix } from '../diagnostics/diagnostic.ts';
import { mcpToolsOf } from '../mcp/tools.ts';
import { catalogOf, providerOf, type Candidate, type ModelNode } from '../modelNodes.ts';
import type { Model } from '../models/catalog.ts';
import type { ReasoningEffort } from '../models/facts.ts';
import type { ApiName } from '../models/provider.ts';
import type { NodeOf } from '../types.ts';
import { candidates, type CheckContext, type NodeContext } from './context.ts';

/** What of a workflow tells how a node calls its model; a checked one has it too. */
type ModelContext = Pick<CheckContext, 'graph' | 'calls' | 'file' | 'mcpLocks'>;

/** A node whose model is in the catalog. Of other models nothing is known, so nothing is refused. */
export interface KnownModelNode {
  readonly node: Candidate;
  /** As the file names it; of a deployment, what it stands for. */
  readonly name: string;
  readonly model: Model;
}

/** The model that a node calls: what its `baseModel` says, else what its `model` names; undefined when it is not known. */
export function modelBehind(node: Candidate): Model | undefined {
  const { baseModel, model } = node.config;
  return catalogOf(node).find(baseModel ?? model.constant ?? '');
}

export function knownModelNodes(context: NodeContext): readonly KnownModelNode[] {
  return candidates(context).flatMap((node) => {
    const name = node.config.baseModel ?? node.config.model.constant ?? '';
    const model = modelBehind(node);
    return model === undefined ? [] : [{ node, name, model }];
  });
}

/** A fix that makes a config fit its model; none where the model itself is to be replaced first, as its successor may take more. */
export function fixFor({ model, node }: KnownModelNode, fix: Fix | undefined): readonly (Fix | undefined)[] {
  return model.replacement === null || node.config.baseModel !== undefined ? [fix] : [];
}

/** The effort that a config names, by either of the names that nodes have for it. */
export function chosenEffort({ reasoningEffort, effort }: Candidate['config']): ReasoningEffort | undefined {
  return reasoningEffort ?? effort;
}

/** The reasoning effort of a node's calls; null when the model does not reason. */
export function effortOf({ node, model }: KnownModelNode): ReasoningEffort | null {
  const effort = chosenEffort(node.config) ?? 'default';
  return model.defaultEffort === null || effort === 'default' ? model.defaultEffort : effort;
}

export function isReasoning(known: KnownModelNode): boolean {
  const effort = effortOf(known);
  return effort !== null && effort !== 'none';
}

/** Whether a node's calls take sampling parameters, such as `temperature`. */
export function takesSampling(known: KnownModelNode): boolean {
  const { sampling } = known.model;
  return sampling === 'always' || (sampling === 'without-reasoning' && !isReasoning(known));
}

/** The names of all that a node's model may call, connected functions and workflows and tools of MCP servers included. */
export function callableNames(context: ModelContext, node: ModelNode): readonly string[] {
  return [
    ...[...node.config.functions, ...node.config.tools].map(({ name }) => name),
    ...connectedTools(context, node).map(({ name }) => name),
    ...mcpToolsOf(context, node).map(({ name }) => name),
  ];
}

/** A node that is connected to a model as a tool, and the name by which the model calls it. */
export interface ConnectedTool {
  readonly name: string;
  readonly node: NodeOf<'pythonFunction' | 'subWorkflow'>;
}

/** Whether a node's model is asked in rounds: what it calls is run, and it is told the result. */
export function hasRounds(context: ModelContext, node: ModelNode): boolean {
  return context.graph.tools.has(node.id) || mcpToolsOf(context, node).length > 0;
}

export function connectedTools(
  { graph, calls }: Pick<ModelContext, 'graph' | 'calls'>,
  { id }: ModelNode,
): readonly ConnectedTool[] {
  return (graph.tools.get(id) ?? []).flatMap((tool): readonly ConnectedTool[] => {
    const node = graph.nodes.get(tool);
    if (node?.type === 'pythonFunction') return [{ name: node.config.function, node }];
    const called = node?.type === 'subWorkflow' ? calls.get(tool) : undefined;
    return node?.type === 'subWorkflow' && called !== undefined ? [{ name: workflowToolName(called), node }] : [];
  });
}

/** The name under which a model is offered a workflow: that of its file's `name`, as a function would be called. */
export function workflowToolName({ file }: CheckedWorkflow): string {
  return file.name.replaceAll('-', '_');
}

/** The API that a node calls, with `auto` decided as the runtime does; a model that is not known is called by Chat Completions. */
export function apiOf(context: ModelContext, node: Candidate): ApiName {
  const api = node.config.api ?? onlyApiOf(node);
  if (api !== 'auto') return api;
  const model = modelBehind(node);
  if (model === undefined) return 'chat';
  const known = { node, name: model.name, model };
  return !model.chat || refusesToolsWhileReasoning(context, known) ? 'responses' : 'chat';
}

/** As `apiOf`, and `auto` where a run decides which model it is. */
export function requestedApi(context: ModelContext, node: Candidate): ApiName | 'auto' {
  const isOpen = modelBehind(node) === undefined && node.config.model.constant === undefined;
  return isOpen ? (node.config.api ?? onlyApiOf(node)) : apiOf(context, node);
}

/** Not every provider has the choice. */
function onlyApiOf(node: Candidate): ApiName {
  return providerOf(node).api ?? 'chat';
}

/** Whether Chat Completions refuses a node's calls for their tools together with reasoning. */
export function refusesToolsWhileReasoning(context: ModelContext, known: KnownModelNode): boolean {
  return !known.model.toolsWithReasoning && isReasoning(known) && callableNames(context, known.node).length > 0;
}
