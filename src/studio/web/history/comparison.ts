import type { Json } from '../../../core/workflow/index.ts';
import type { LiveRun, NodeRun } from '../run/liveRun.ts';

export interface NodePair {
  readonly node: string;
  readonly before: NodeRun | undefined;
  readonly after: NodeRun | undefined;
  /** Whether it gave something else, or ended otherwise. */
  readonly isDifferent: boolean;
}

/** What two runs did at each node, in the order of the first, then what only the second came to. */
export function nodePairs(before: LiveRun, after: LiveRun): readonly NodePair[] {
  return [...new Set([...before.nodes.keys(), ...after.nodes.keys()])].map((node) => {
    const [a, b] = [before.nodes.get(node), after.nodes.get(node)];
    const isDifferent = a?.state !== b?.state || asText(a?.value) !== asText(b?.value);
    return { node, before: a, after: b, isDifferent };
  });
}

/** A value as text that can be compared line by line: keys in order, texts as they are. */
export function asText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(sorted(value as Json), null, 2);
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
