import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { offersTool } from '../../../core/workflow/edits/wires.ts';
import type { Json } from '../../../core/workflow/index.ts';
import type { Entry } from './liveRun.ts';
import { triggerNode } from './trigger.ts';

/**
 * Where a run of a workflow comes in, and how far it is to go.
 * @param stopAfter the node, or `step/inner` in a called workflow, that is to be the last
 */
export function entryOf(drawing: Drawing | undefined, input: Json, stopAfter?: string): Entry | undefined {
  const node = triggerNode(drawing);
  if (drawing === undefined || node === undefined) return undefined;
  const streams = drawing.edges.filter(({ wire }) => wire.targetHandle === 'stream');
  return {
    node,
    input,
    speakers: [...new Set(streams.flatMap(({ wire }) => [wire.source]))],
    leftOut: stopAfter === undefined ? new Set() : notBefore(drawing, stopAfter.split('/')[0] ?? ''),
  };
}

/** All nodes but one, those that lead to it, and the tools of these. */
function notBefore({ nodes, edges }: Drawing, last: string): ReadonlySet<string> {
  const kept = new Set([last]);
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const id of kept)
    for (const { wire } of edges) {
      if (wire.target === id) kept.add(wire.source);
      const target = byId.get(wire.target);
      if (wire.source === id && target !== undefined && offersTool(target, wire.targetHandle)) kept.add(wire.target);
    }
  return new Set(nodes.flatMap(({ id }) => (kept.has(id) ? [] : [id])));
}
