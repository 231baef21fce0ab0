import { bodyOf } from '../../../../workflow/graph/graph.ts';
import { isModelNode, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { typeOfExpression, type TypeScope } from '../../../../workflow/expressions/types.ts';
import { partsIn } from '../../../../workflow/expressions/walk.ts';
import type { Expression, FilterName, Template } from '../../../../workflow/expressions/syntax.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import type { Plan } from '../../plan/plan.ts';
import { filledIn } from '../../../../workflow/validate/expressionContext.ts';
import { handleOfPath } from '../../plan/variables.ts';
import type { NodeRevision } from '../../emit.ts';
import { tellsAnswers } from './baseTrial.ts';
import { isCalledNode } from './calledNodes.ts';
import { callsOf } from './moves.ts';

/**
 * Whether the tests of a project may be others after an edit of a node. They are not when models answer as they see fit, nobody
 * but a model sees what differs, and no rehearsal can fail over it.
 * @param isTold the `mayTellAnswers` of either plan: where it could be another, more differs than what is sent
 */
export function concernsTests(before: Plan, after: Plan, revision: NodeRevision, isTold: () => boolean): boolean {
  if (!isSentOnly(after.checked, revision) || isTold()) return true;
  if (expressionsOf(revision.before) === expressionsOf(revision.after)) return false;
  return mayFail(before.checked, revision.before) || mayFail(after.checked, revision.after);
}

/** Whether some test may tell a model what to answer, in which case it goes by what models are sent. */
export function mayTellAnswers(plan: Plan): boolean {
  const { file, graph, readsOf } = plan.checked;
  const isModel = (id: string | undefined): boolean => isModelNode(graph.nodes.get(id ?? ''));
  if (tellsAnswers(plan) || file.edges.some(({ sourceHandle }) => sourceHandle === 'function_call')) return true;
  return file.nodes.some((node) => {
    if (isModelNode(node)) return callsOf(node).length > 0;
    // What is sent may be another thing in each round.
    if (bodyOf(graph, node.id) !== undefined) return true;
    return (
      (node.type === 'condition' || node.type === 'switch') &&
      readsOf(node.id).some(({ path }) => isModel(handleOfPath(path)?.node))
    );
  });
}

/** Whether all that differs goes to a model and nowhere else. */
function isSentOnly(checked: CheckedWorkflow, { before, after, readers }: NodeRevision): boolean {
  if (isModelNode(before) && isModelNode(after)) return declared(before) === declared(after);
  return before.type === 'promptTemplate' && readers.every((reader) => passesOn(checked, reader, before.id));
}

/** What of a completion tests go by, besides the messages that it sends. */
function declared({ config }: ModelNode): string {
  const {
    messages: _messages,
    prompt: _prompt,
    systemPrompt: _system,
    maxTokens: _limit,
    temperature: _,
    ...rest
  } = config;
  return JSON.stringify(rest);
}

/** Whether a node sends a model what another gives, without looking into it. */
function passesOn(checked: CheckedWorkflow, reader: WorkflowNode, node: string): boolean {
  const reads = checked.readsOf(reader.id).filter(({ path }) => handleOfPath(path)?.node === node);
  return isModelNode(reader) && reads.every(({ path }) => path.segments.length === 2);
}

function templatesOf(node: WorkflowNode): readonly Template[] {
  return filledIn(node).map(({ template }) => template);
}

function expressionsOf(node: WorkflowNode): string {
  const parts = templatesOf(node).flatMap((template) => template.parts);
  return JSON.stringify(parts.flatMap((part) => (part.kind === 'expression' ? [part.source] : [])));
}

/** Filters that take every value. */
const total: readonly FilterName[] = ['default', 'json', 'string'];

/** Whether some expression of a node may have no value in a rehearsal, or reads what tests make up by what is read of it. */
function mayFail(checked: CheckedWorkflow, node: WorkflowNode): boolean {
  const scope = checked.scopeOf(node);
  return templatesOf(node).some((template) => partsIn(template).some(({ part }) => partMayFail(checked, part, scope)));
}

function partMayFail({ graph }: CheckedWorkflow, part: Expression, scope: TypeScope): boolean {
  switch (part.kind) {
    case 'path': {
      if (part.root === 'local') return true;
      const node = graph.nodes.get(handleOfPath(part)?.node ?? '');
      return !typeOfExpression(part, scope).certain || (node !== undefined && isCalledNode(node));
    }
    case 'comparison':
      return part.operator !== '==' && part.operator !== '!=';
    case 'filter':
      return !total.includes(part.name);
    case 'arithmetic':
    case 'negative':
    case 'membership':
    case 'each':
      return true;
    case 'literal':
    case 'call':
    case 'not':
    case 'logical':
    case 'concatenation':
    case 'conditional':
    case 'list':
    case 'object':
      return false;
  }
}
