import type { Json } from '../../../core/workflow/index.ts';
import { placeOf, type Calling } from './called.ts';
import { triggerNode } from './trigger.ts';
import type { LiveRun } from './liveRun.ts';

/**
 * What came to a node along its edges in a run: for a trigger the request, or what a workflow was called with; for others what the
 * nodes before it gave, by their ids. Undefined where nothing came.
 */
export function nodeInput(
  run: LiveRun,
  document: Calling,
  node: string,
): { readonly value: Json; readonly isTruncated: boolean } | undefined {
  const place = placeOf(document, node);
  if (place === undefined) return undefined;
  const { drawing, id } = place;
  const folder = node.slice(0, node.length - id.length);
  if (triggerNode(drawing) === id) {
    const value = (folder === '' ? run.summary?.input : undefined) ?? run.nodes.get(node)?.value;
    return value === undefined ? undefined : { value, isTruncated: run.nodes.get(node)?.isTruncated ?? false };
  }
  const sources = new Set(drawing.edges.filter(({ wire }) => wire.target === id).map(({ wire }) => wire.source));
  const given = [...sources].flatMap((source) => {
    const { value, isTruncated = false } = run.nodes.get(folder + source) ?? {};
    return value === undefined ? [] : [{ source, value, isTruncated }];
  });
  if (given.length === 0) return undefined;
  return {
    value: Object.fromEntries(given.map(({ source, value }) => [source, value])),
    isTruncated: given.some(({ isTruncated }) => isTruncated),
  };
}
