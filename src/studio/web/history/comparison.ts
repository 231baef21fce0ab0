import type { Json } from '../../../core/workflow/index.ts';
import type { LiveRun, NodeRun } from '../run/liveRun.ts';

/** `alike`: only what no two calls have the same differs, which are ids, times and figures. */
export type Likeness = 'same' | 'alike' | 'different';

export interface NodePair {
  readonly node: string;
  readonly before: NodeRun | undefined;
  readonly after: NodeRun | undefined;
  readonly likeness: Likeness;
}

export const onlyByNature = 'Only ids, times and figures differ, as they do with every call.';

/** What two runs did at each node, in the order of the first, then what only the second came to. */
export function nodePairs(before: LiveRun, after: LiveRun): readonly NodePair[] {
  return [...new Set([...before.nodes.keys(), ...after.nodes.keys()])].map((node) => {
    const [a, b] = [before.nodes.get(node), after.nodes.get(node)];
    return { node, before: a, after: b, likeness: a?.state === b?.state ? likeness(a?.value, b?.value) : 'different' };
  });
}

export function likeness(before: Json | undefined, after: Json | undefined): Likeness {
  if (asText(before) === asText(after)) return 'same';
  return before !== undefined && after !== undefined && asText(meant(before)) === asText(meant(after))
    ? 'alike'
    : 'different';
}

/** What is new with every answer of a model, and what others count of it. */
const ofOneAnswer: ReadonlySet<string> = new Set(['id', 'timing', 'usage', 'cost_usd']);
/** What compatible servers send along. */
const ofOneCall: ReadonlySet<string> = new Set(['created', 'system_fingerprint', 'tool_call_id']);

/** A value without what differs between two equal answers of a model. */
function meant(value: Json, isCall = false): Json {
  if (Array.isArray(value)) return value.map((item) => meant(item, isCall));
  if (typeof value !== 'object' || value === null) return value;
  const isAnswer = 'finish_reason' in value && 'timing' in value;
  const entries = Object.entries(value).filter(
    ([key]) => !ofOneCall.has(key) && !(isAnswer && ofOneAnswer.has(key)) && !(isCall && key === 'id'),
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, meant(inner, key === 'tool_calls')]));
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
