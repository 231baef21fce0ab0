import type { Json } from '../../../core/workflow/index.ts';
import type { Items, RunUpdate } from '../../protocol/index.ts';
import type { Log } from './log.ts';
import type { NodeState, RunError } from './nodeRun.ts';

/** What a node did for one item of the loops that it stands in; of a loop, one of its own rounds. */
export interface Round {
  /** The items, the outermost first; of a loop the last one is its own. */
  readonly items: Items;
  readonly state: NodeState;
  readonly elapsedMs: number | undefined;
  readonly value: Json | undefined;
  readonly isTruncated: boolean;
  readonly error: RunError | undefined;
  /** Of a loop: the item. */
  readonly item?: { readonly value: Json; readonly isTruncated: boolean } | undefined;
}

/** Names the items that something is of, and is the same for the same ones: `each[3] › inner[0]`. */
export function roundKey(items: Items): string {
  return items.map(({ node, index }) => `${node.slice(node.lastIndexOf('/') + 1)}[${index}]`).join(' › ');
}

/** The items that a step of a durable run is of, by its name: `each[3]/inner[0]/answer`. */
export function itemsOfStep(step: string): Items {
  return [...step.matchAll(/([^/[\]]+)\[(\d+)\]\//g)].map(([, node = '', index]) => ({ node, index: Number(index) }));
}

type ItemStarted = Extract<RunUpdate, { readonly kind: 'item_started' }>;
type ItemEnded = Extract<RunUpdate, { readonly kind: 'item_ended' }>;

/** A round of a loop that has begun. */
export function roundBegun({ node, items = [], index, value, isTruncated = false }: ItemStarted): Round {
  return {
    items: [...items, { node, index }],
    state: 'running',
    elapsedMs: undefined,
    value: undefined,
    isTruncated: false,
    error: undefined,
    item: value === undefined ? undefined : { value, isTruncated },
  };
}

/** A round of a loop that is over. */
export function roundEnded(update: ItemEnded): Round {
  const { node, items = [], index, outcome, elapsedMs, value, isTruncated = false, error } = update;
  return { items: [...items, { node, index }], state: outcome, elapsedMs, value, isTruncated, error };
}

/** A round as the service's own stream tells it. */
export function roundHeard(node: string, index: number, value: Json): Round {
  const items = [{ node, index }];
  return { items, state: 'done', elapsedMs: undefined, value, isTruncated: false, error: undefined };
}

const known = new WeakMap<Log<Round>, ReadonlyMap<string, Round>>();

/** Rounds by their keys, in the order of their items; what was told of one later adds to what was told before. */
export function roundsOf(told: Log<Round>): ReadonlyMap<string, Round> {
  const found = known.get(told);
  if (found !== undefined) return found;
  const rounds = new Map<string, Round>();
  for (const round of told) {
    const key = roundKey(round.items);
    const before = rounds.get(key);
    rounds.set(key, before === undefined ? round : joined(before, round));
  }
  const sorted = new Map([...rounds].toSorted(([, a], [, b]) => byItems(a.items, b.items)));
  known.set(told, sorted);
  return sorted;
}

function joined(before: Round, after: Round): Round {
  const isLess = before.state !== 'running' && after.elapsedMs === undefined;
  return isLess ? { ...before, item: before.item ?? after.item } : { ...after, item: before.item ?? after.item };
}

function byItems(a: Items, b: Items): number {
  for (const [place, { index }] of a.entries()) {
    const difference = index - (b[place]?.index ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
