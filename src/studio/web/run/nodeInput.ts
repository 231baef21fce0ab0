import type { Drawing } from '../../../core/workflow/edits/index.ts';
import type { Json } from '../../../core/workflow/index.ts';
import type { LiveRun } from './liveRun.ts';

/**
 * What came to a node along its edges in a run: for a trigger the request, for others what the nodes before it gave, by
 * their ids. Undefined where nothing came.
 */
export function nodeInput(
  run: LiveRun,
  { nodes, edges }: Drawing,
  node: string,
): { readonly value: Json; readonly isTruncated: boolean } | undefined {
  if (nodes.find(({ id }) => id === node)?.known === 'httpEndpoint') {
    const value = run.summary?.input ?? run.nodes.get(node)?.value;
    return value === undefined ? undefined : { value, isTruncated: false };
  }
  const sources = new Set(edges.filter(({ wire }) => wire.target === node).map(({ wire }) => wire.source));
  const given = [...sources].flatMap((source) => {
    const { value, isTruncated = false } = run.nodes.get(source) ?? {};
    return value === undefined ? [] : [{ source, value, isTruncated }];
  });
  if (given.length === 0) return undefined;
  return {
    value: Object.fromEntries(given.map(({ source, value }) => [source, value])),
    isTruncated: given.some(({ isTruncated }) => isTruncated),
  };
}
