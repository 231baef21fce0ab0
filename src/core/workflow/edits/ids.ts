import { isNodeId } from '../nodeId.ts';
import { registry } from '../nodes/registry.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import type { NodeType } from '../types.ts';
import type { Drawing } from './drawing.ts';

const longest = 64;

/** The ids of all nodes and notes, which share one set of names. */
export function takenIds({ nodes, notes }: Drawing): Set<string> {
  return new Set([...nodes, ...notes].map(({ id }) => id));
}

/** The id itself, or the first of `id_2`, `id_3` … that is free; it is taken from then on. */
export function takeId(wanted: string, taken: Set<string>): string {
  const stem = wanted.replace(/_\d+$/, '');
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) {
    const ending = `_${number}`;
    id = `${stem.slice(0, longest - ending.length)}${ending}`;
  }
  taken.add(id);
  return id;
}

/** What the ids of new nodes of a type are made of: `answer`, `prompt`, `reply`. */
export function idOfType(type: NodeType): string {
  const { newId, name }: NodeDefinition = registry[type];
  return newId ?? idFrom(name, 'node');
}

/** A text as an id: "Python Function" is `python_function`. */
export function idFrom(text: string, otherwise: string): string {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  const id = words
    .replace(/^[^a-z]+/, '')
    .slice(0, longest)
    .replace(/_+$/, '');
  return isNodeId(id) ? id : otherwise;
}
