import { whyNotConnect, type Drawing, type DrawnEdge, type Wire } from '../../../core/workflow/edits/index.ts';
import { inputsOf } from '../../../core/workflow/edits/wires.ts';
import { reachable } from './walk.ts';

/** A handle at which a wire begins. */
export interface WireStart {
  readonly node: string;
  readonly handle: string;
  readonly kind: 'source' | 'target';
}

/** The wire from a handle to another, whichever way it is drawn. */
export function wireBetween(start: WireStart, node: string, handle: string): Wire {
  return start.kind === 'source'
    ? { source: start.node, sourceHandle: start.handle, target: node, targetHandle: handle }
    : { source: node, sourceHandle: handle, target: start.node, targetHandle: start.handle };
}

/**
 * Says of every handle whether a wire that begins at one may end there, quickly enough to ask of all that are seen: circles are
 * looked for once.
 */
export function legalEnds(
  drawing: Drawing,
  start: WireStart,
  replacing?: number,
): (node: string, handle: string) => boolean {
  const byId = new Map(drawing.nodes.map((node) => [node.id, node]));
  const steps = drawing.edges.filter(({ index, wire }) => {
    const target = byId.get(wire.target);
    const isTool =
      target !== undefined && inputsOf(target).some(({ id, offers }) => id === wire.targetHandle && offers);
    return index !== replacing && !isTool;
  });
  const touching = new Map<string, DrawnEdge[]>();
  for (const edge of drawing.edges)
    for (const end of [edge.wire.source, edge.wire.target]) touching.set(end, [...(touching.get(end) ?? []), edge]);
  const circular = reachable({ edges: steps }, [start.node], start.kind === 'source' ? 'before' : 'after');
  return (node, handle) => {
    const wire = wireBetween(start, node, handle);
    const ends = [byId.get(wire.source), byId.get(wire.target)].flatMap((end) => end ?? []);
    const edges = [...(touching.get(wire.source) ?? []), ...(touching.get(wire.target) ?? [])];
    if (whyNotConnect({ ...drawing, nodes: ends, edges }, wire, replacing) !== undefined) return false;
    const target = byId.get(wire.target);
    const isTool =
      target !== undefined && inputsOf(target).some(({ id, offers }) => id === wire.targetHandle && offers);
    return isTool || !circular.has(node);
  };
}
