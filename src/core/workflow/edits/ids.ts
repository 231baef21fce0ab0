import { idFrom } from '../nodeId.ts';
import type { NodeDefinition } from '../nodes/definition.ts';
import { registry } from '../nodes/registry.ts';
import type { NodeType } from '../types.ts';
import type { Drawing } from './drawing.ts';

/** The ids of all nodes and notes, which share one set of names. */
export function takenIds({ nodes, notes }: Drawing): Set<string> {
  return new Set([...nodes, ...notes].map(({ id }) => id));
}

/** What the ids of new nodes of a type are made of: `answer`, `prompt`, `reply`. */
export function idOfType(type: NodeType): string {
  const { newId, name }: NodeDefinition = registry[type];
  return newId ?? idFrom(name, 'node');
}
