import type { Drawing } from '../../../core/workflow/edits/index.ts';
import { asksElsewhere } from '../../../core/workflow/nodes/asksElsewhere.ts';
import type { Pin } from '../../protocol/index.ts';
import type { LiveRun } from './liveRun.ts';

/** What is said of nodes that ask nobody. */
export const notPinnable =
  'What asks somebody can be pinned: models, functions, requests, queries, called workflows. Other nodes work out of these.';

/** Whether a node asks somebody, who can be told to give a pinned value instead. */
export function isPinnable({ nodes }: Drawing, id: string): boolean {
  const type = nodes.find((node) => node.id === id)?.known;
  return type !== undefined && asksElsewhere(type);
}

/** What nodes gave in a run and what is whole: pins that would repeat it. */
export function pinsFrom(run: LiveRun, drawing: Drawing): readonly Pin[] {
  return [...run.nodes].flatMap(([node, { state, value, isTruncated }]) =>
    isPinnable(drawing, node) && state === 'done' && value !== undefined && !isTruncated
      ? [{ node, value, run: run.id }]
      : [],
  );
}
