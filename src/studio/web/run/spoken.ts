import { itemsSchema } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import { roundKey } from './rounds.ts';
import { asObject, textAt } from './shapes.ts';

/** How many characters a node has said that stand, and how many it had said before each of its answers. */
export interface Spoken {
  readonly length: number;
  /** By the items of the loops that an answer is for, or by the step of a durable run. */
  readonly before: ReadonlyMap<string, number>;
}

const silent: Spoken = { length: 0, before: new Map() };

/**
 * Notes what an event of the service's stream says of how much stands.
 * @param spoken what each node has said, which is changed
 * @returns how many characters of the node's text the event voids, from the end
 */
export function noteSpoken(spoken: Map<string, Spoken>, event: string, data: Json): number {
  const object = asObject(data);
  const node = textAt(object, 'node');
  if (node === undefined) return 0;
  const known = spoken.get(node) ?? silent;
  const { length, before } = known;
  const key = keyOf(object);
  if (event === 'token') spoken.set(node, { ...known, length: length + (textAt(object, 'text') ?? '').length });
  // Further models that are asked for the same items go on with what was said for them.
  if ((event === 'route' && !before.has(key)) || (event === 'step' && textAt(object, 'status') === 'begun'))
    spoken.set(node, { ...known, before: new Map(before).set(key, length) });
  if (event !== 'restart') return 0;
  const stands = before.get(key) ?? 0;
  spoken.set(node, { ...known, length: stands });
  return length - stands;
}

function keyOf(object: ReturnType<typeof asObject>): string {
  return textAt(object, 'step') ?? roundKey(itemsSchema.safeParse(object?.['items']).data ?? []);
}
