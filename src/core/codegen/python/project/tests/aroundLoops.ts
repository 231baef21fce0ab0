import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { loopsAround } from '../../../../workflow/graph/branches.ts';
import { bodyOf } from '../../../../workflow/graph/graph.ts';
import { endpointOf } from '../../../../workflow/trigger.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import type { Rehearsed } from './search.ts';

/** Whether a loop around a node goes on when it fails. */
export function goesOnWithout({ graph, branches }: CheckedWorkflow, id: string): boolean {
  return loopsAround(branches.get(id) ?? []).some((loop) => {
    const node = graph.nodes.get(loop);
    return node?.type === 'loop' && node.config.onItemError !== 'fail';
  });
}

/** Whether a stream has begun before a step, with what a round of a loop gave: an error is an event of it then. */
export function hasSpoken({ plan: { checked } }: WorkflowModule, { outcome }: Rehearsed, id: string): boolean {
  const around = loopsAround(checked.branches.get(id) ?? []);
  const before = outcome.ran.slice(0, outcome.ran.indexOf(id));
  return (
    endpointOf(checked.trigger).stream === 'always' &&
    before.some((ran) => bodyOf(checked.graph, ran) !== undefined && !around.includes(ran))
  );
}
