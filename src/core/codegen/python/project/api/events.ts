import { runEventSchemas, type RunEventName } from '../../../../events.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { candidatesOf, isModelNode, type Candidate } from '../../../../workflow/modelNodes.ts';
import type { WorkflowNode } from '../../../../workflow/types.ts';
import { partsOf } from '../modelParts.ts';

const eventNames = Object.keys(runEventSchemas) as readonly RunEventName[];

/** The events that a stream of the workflow may have, in the order of `core/events.ts`. */
export function eventsOf(checked: CheckedWorkflow): readonly RunEventName[] {
  const sent = new Set<RunEventName>(['token', 'done', 'error']);
  if (checked.file.durable === true) sent.add('step').add('restart');
  for (const node of checked.file.nodes) for (const name of eventsOfNode(checked, node)) sent.add(name);
  return eventNames.filter((name) => sent.has(name));
}

/** Those that a node of it may send. */
export function eventsOfNode(workflow: CheckedWorkflow, node: WorkflowNode): readonly RunEventName[] {
  if (node.type === 'waitForApproval' || node.type === 'waitForEvent') return ['waiting'];
  if (node.type === 'delay' && workflow.file.durable === true) return ['waiting'];
  if (node.type === 'loop' || node.type === 'repeat') return ['item'];
  if (node.type === 'embeddingGenerate') return ['usage'];
  if (!isModelNode(node)) return [];
  const routing: readonly RunEventName[] = node.type === 'llmRouter' ? ['route', 'restart'] : [];
  return [...routing, ...candidatesOf(node).flatMap((candidate) => eventsOfCall(workflow, candidate))];
}

function eventsOfCall(workflow: CheckedWorkflow, node: Candidate): readonly RunEventName[] {
  const parts = new Set(partsOf({ node, workflow }));
  return [
    'usage',
    'annotations',
    ...(node.config.showReasoning ? (['reasoning'] as const) : []),
    ...(parts.has('calls') ? (['function_call_delta', 'function_call', 'tool_result'] as const) : []),
    ...(parts.has('json') ? (['partial'] as const) : []),
  ];
}
