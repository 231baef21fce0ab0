import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import { nodeSchema } from '../../../core/workflow/types.ts';
import { endpointOf, type Endpoint, type TriggerNode } from '../../../core/workflow/trigger.ts';

/** The node that a run comes in at. */
export function triggerNode(drawing: Drawing | undefined): string | undefined {
  return drawing?.nodes.find(({ known: type }) => type !== undefined && registry[type].role === 'trigger')?.id;
}

export type Trigger = Endpoint;

const known = new WeakMap<Drawing, Trigger | null>();

/** What a workflow is asked with, read from its drawing, so that it is known also while the rest is unsound. */
export function triggerOf(drawing: Drawing): Trigger | undefined {
  const before = known.get(drawing);
  if (before !== undefined) return before ?? undefined;
  let found: Trigger | undefined;
  for (const { id, known: type, config } of drawing.nodes) {
    const node = { id, type, config };
    const parsed: TriggerNode | undefined =
      type === 'webhookReceiver'
        ? nodeSchema('webhookReceiver').safeParse(node).data
        : type === 'websocketEndpoint'
          ? nodeSchema('websocketEndpoint').safeParse(node).data
          : nodeSchema('httpEndpoint').safeParse(node).data;
    if (parsed !== undefined) found ??= endpointOf(parsed);
  }
  known.set(drawing, found ?? null);
  return found;
}
