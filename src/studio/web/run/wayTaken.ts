import { outputsOf } from '../../../core/workflow/edits/wires.ts';
import { placeOf, type Calling } from './called.ts';
import type { LiveRun } from './liveRun.ts';

/**
 * The handle along which a run went on from a node that only chooses a way: where the service does not keep it, what ran then tells
 * it. Undefined for other nodes, and where nothing tells it.
 */
export function wayTaken(run: LiveRun, document: Calling, node: string): string | undefined {
  const place = placeOf(document, node);
  if (place === undefined) return undefined;
  const { drawing, id } = place;
  const outputs = drawing.nodes.filter((each) => each.id === id).flatMap(outputsOf);
  if (outputs.length === 0 || outputs.some(({ type }) => type !== 'conditional')) return undefined;
  const folder = node.slice(0, node.length - id.length);
  const handles = drawing.edges.flatMap(({ wire }) =>
    wire.source === id && run.nodes.has(folder + wire.target) ? [wire.sourceHandle] : [],
  );
  const [taken, ...others] = new Set(handles);
  return others.length === 0 ? taken : undefined;
}
