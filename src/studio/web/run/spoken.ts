import { itemsSchema } from '../../../core/events.ts';
import type { Json } from '../../../core/workflow/index.ts';
import { itemsOfStep, roundKey } from './rounds.ts';
import { asObject, textAt } from './shapes.ts';

/** How many characters a node has said for some items that stand. */
export interface Spoken {
  readonly length: number;
  /** How many it had said before the answer that may begin anew; undefined before there was one. */
  readonly before: number | undefined;
}

const silent: Spoken = { length: 0, before: undefined };

/** The items of loops that an event is about, as `roundKey` names them; a step of a durable run has them in its name. */
export function itemsKey(data: Json): string | undefined {
  const object = asObject(data);
  const step = textAt(object, 'step');
  const told = object?.['items'];
  // Most events are of no loop, and the schema makes an error of what is not there, for each token.
  const parsed = told === undefined ? undefined : itemsSchema.safeParse(told).data;
  const items = parsed ?? (step === undefined ? [] : itemsOfStep(step));
  return items.length === 0 ? undefined : roundKey(items);
}

/**
 * Notes what an event of the service's stream says of how much stands.
 * @param spoken what each node has said for which items, which is changed
 * @returns how many characters the event voids of what the node has said for its items, from the end
 */
export function noteSpoken(spoken: Map<string, Spoken>, event: string, data: Json): number {
  const object = asObject(data);
  const node = textAt(object, 'node');
  if (node === undefined) return 0;
  const key = JSON.stringify([node, itemsKey(data)]);
  const known = spoken.get(key) ?? silent;
  const { length, before } = known;
  if (event === 'token') spoken.set(key, { ...known, length: length + (textAt(object, 'text') ?? '').length });
  // Further models that are asked go on with what was said before.
  if ((event === 'route' && before === undefined) || (event === 'step' && textAt(object, 'status') === 'begun'))
    spoken.set(key, { length, before: length });
  if (event !== 'restart') return 0;
  spoken.set(key, { ...known, length: before ?? 0 });
  return length - (before ?? 0);
}
