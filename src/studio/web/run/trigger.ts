import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import { nodeSchemas, type WorkflowNode } from '../../../core/workflow/types.ts';
import { waysOf, type AskedWay } from '../../../core/workflow/servedWays.ts';
import { endpointOf, isTrigger, type Endpoint } from '../../../core/workflow/trigger.ts';

/** How a workflow is asked where that was wanted; in its own way where nothing was, or where it cannot be asked so any more. */
export function wayFor(drawing: Drawing, wanted: AskedWay | undefined): AskedWay {
  const ways = waysOf(triggerOf(drawing) ?? {});
  return ways.find((way) => way === wanted) ?? ways[0] ?? 'http';
}

/** The node that a run comes in at. */
export function triggerNode(drawing: Drawing | undefined): string | undefined {
  return drawing?.nodes.find(({ known: type }) => type !== undefined && registry[type].role === 'trigger')?.id;
}

export interface Trigger extends Endpoint {
  /** Its callers ask over a WebSocket; it can be asked by a request as well. */
  readonly isSocket?: boolean;
  /** A connection of it remembers what was said on it. */
  readonly remembers?: boolean;
}

const known = new WeakMap<Drawing, Trigger | null>();

/** What a workflow is asked with, read from its drawing, so that it is known also while the rest is unsound. */
export function triggerOf(drawing: Drawing): Trigger | undefined {
  const before = known.get(drawing);
  if (before !== undefined) return before ?? undefined;
  let found: Trigger | undefined;
  for (const { id, known: type, config } of drawing.nodes) {
    if (type === undefined || registry[type].role !== 'trigger') continue;
    const parsed = nodeSchemas.get(type)?.safeParse({ id, type, config }).data as WorkflowNode | undefined;
    if (!isTrigger(parsed)) continue;
    const isSocket = parsed.type === 'websocketEndpoint';
    found ??= { ...endpointOf(parsed), isSocket, remembers: isSocket && parsed.config.conversation !== undefined };
  }
  known.set(drawing, found ?? null);
  return found;
}
