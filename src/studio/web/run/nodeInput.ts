import type { Json } from '../../../core/workflow/index.ts';
import type { Items } from '../../protocol/index.ts';
import { placeOf, type Calling } from './called.ts';
import { triggerNode } from './trigger.ts';
import type { LiveRun } from './liveRun.ts';
import { roundKey, roundsOf } from './rounds.ts';

/**
 * What came to a node along its edges in a run: for a trigger the request, or what a workflow was called with; for others what the
 * nodes before it gave, by their ids; for these items of the loops around it. Undefined where nothing came.
 */
export function nodeInput(
  run: LiveRun,
  document: Calling,
  node: string,
  items: Items = [],
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
    const { value, isTruncated = false } = givenFor(run, folder + source, items) ?? {};
    return value === undefined ? [] : [{ source, value, isTruncated }];
  });
  if (given.length === 0) return undefined;
  return {
    value: Object.fromEntries(given.map(({ source, value }) => [source, value])),
    isTruncated: given.some(({ isTruncated }) => isTruncated),
  };
}

/** What a node gave for these items, or as a whole where it stands in fewer loops; of a loop around them, its item. */
function givenFor(
  run: LiveRun,
  node: string,
  items: Items,
): { readonly value?: Json | undefined; readonly isTruncated?: boolean | undefined } | undefined {
  const ran = run.nodes.get(node);
  if (ran === undefined) return undefined;
  const rounds = roundsOf(ran.rounds);
  for (let length = items.length; length > 0; length -= 1) {
    const round = rounds.get(roundKey(items.slice(0, length)));
    if (round !== undefined) return items[length - 1]?.node === node ? round.item : round;
  }
  const last = [...rounds.values()].at(-1);
  return items.length === 0 && ran.value === undefined && last !== undefined ? (last.item ?? last) : ran;
}
