import type { NodeType } from '../types.ts';
import type { NodeDefinition } from './definition.ts';
import { registry } from './registry.ts';

/** Whether a node of this type has somebody else do its work: a model, a function, another workflow, a service, a database. */
export function asksElsewhere(type: NodeType): boolean {
  const { awaits, body }: NodeDefinition = registry[type];
  return awaits && body === undefined && type !== 'delay' && !waitsOutside(type);
}

/** Whether a node of this type waits for something outside of its run, or leads somebody to what waits. */
export function waitsOutside(type: NodeType): boolean {
  const { waitsOutside: waits }: NodeDefinition = registry[type];
  return waits === true;
}
