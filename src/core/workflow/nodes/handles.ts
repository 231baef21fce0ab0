import type { NodeType } from '../types.ts';
import type { Handle, NodeDefinition } from './definition.ts';
import { registry } from './registry.ts';

/** A node as far as its handles hang on it; it may be half written. */
export interface HandledNode {
  readonly type: NodeType;
  readonly config: { readonly [key: string]: unknown };
  readonly step?: unknown;
}

export function inputsOf({ type }: Pick<HandledNode, 'type'>): readonly Handle[] {
  return registry[type].inputs;
}

/** The outputs of a node: those of its type, and those that its config and its step options ask for. */
export function outputsOf({ type, config, step }: HandledNode): readonly Handle[] {
  const { outputs, outputsFor }: NodeDefinition = registry[type];
  const own = outputsFor?.(config) ?? outputs;
  return handlesErrors({ step }) ? [...own, errorHandle] : own;
}

const errorHandle: Handle = { id: 'error', name: 'Error', type: 'conditional' };

/** Whether a run goes on along `error` when the node fails. @param node its step options may be half written */
export function handlesErrors({ step }: { readonly step?: unknown }): boolean {
  return typeof step === 'object' && step !== null && 'onError' in step && step.onError === 'handle';
}
