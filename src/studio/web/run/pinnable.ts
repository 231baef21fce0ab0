import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { registry } from '../../../core/workflow/nodes/registry.ts';
import type { NodeDefinition } from '../../../core/workflow/index.ts';
import type { Pin } from '../../protocol/index.ts';
import type { LiveRun } from './liveRun.ts';

/** What is said of nodes that ask nobody. */
export const notPinnable = 'Only models, functions and called workflows can be pinned: others work out of these.';

/** Whether a node asks somebody, who can be told to give a pinned value instead. */
export function isPinnable({ nodes }: Drawing, id: string): boolean {
  const type = nodes.find((node) => node.id === id)?.known;
  if (type === undefined) return false;
  const definition: NodeDefinition = registry[type];
  return definition.callsAt !== undefined || type === 'pythonFunction' || type === 'subWorkflow';
}

/** What nodes gave in a run and what is whole: pins that would repeat it. */
export function pinsFrom(run: LiveRun, drawing: Drawing): readonly Pin[] {
  return [...run.nodes].flatMap(([node, { state, value, isTruncated }]) =>
    isPinnable(drawing, node) && state === 'done' && value !== undefined && !isTruncated
      ? [{ node, value, run: run.id }]
      : [],
  );
}
