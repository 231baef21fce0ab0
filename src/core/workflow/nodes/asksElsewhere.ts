import type { NodeType } from '../types.ts';
import type { NodeDefinition } from './definition.ts';
import { registry } from './registry.ts';

/** Whether a node of this type has somebody else do its work: a model, a function, another workflow, a service, a database. */
export function asksElsewhere(type: NodeType): boolean {
  const { awaits, body }: NodeDefinition = registry[type];
  return awaits && body === undefined && type !== 'delay';
}
