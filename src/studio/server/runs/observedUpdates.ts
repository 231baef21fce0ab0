import type { RunUpdate } from '../../protocol/index.ts';
import type { Observation } from './observerLink.ts';
import { withoutUndefined } from './present.ts';

type OfNodes = Exclude<Observation, { readonly kind: 'run_started' | 'run_ended' | 'workflow_started' }>;

/** What the pages are told of what the observer has seen. */
export function updateOf(observation: OfNodes, pinned: ReadonlySet<string>): RunUpdate {
  switch (observation.kind) {
    case 'node_started':
    case 'counted': {
      const { run: _run, ...told } = observation;
      return withoutUndefined(told);
    }
    case 'item_started': {
      const { at, node, items, index, value, truncated } = observation;
      const isTruncated = truncated ? true : undefined;
      return withoutUndefined({ kind: 'item_started' as const, at, node, items, index, value, isTruncated });
    }
    case 'item_ended':
      return {
        kind: 'item_ended',
        index: observation.index,
        outcome: observation.outcome,
        ...endOf(observation),
      };
    case 'node_ended': {
      const { node, outcome } = observation;
      const isPinned = pinned.has(node) && { isPinned: true };
      return { kind: 'node_ended', outcome, ...endOf(observation), ...isPinned };
    }
    case 'failed': {
      const { at, node, error } = observation;
      return { kind: 'failed', at, error, ...(node !== undefined && { node }) };
    }
    case 'printed': {
      const { at, node, text } = observation;
      return { kind: 'printed', at, text, ...(node !== undefined && { node }) };
    }
  }
}

/** What is told of the end of a node, or of a round of a loop. */
function endOf({
  at,
  node,
  items,
  elapsed_ms: elapsedMs,
  value,
  truncated,
  error,
}: Extract<Observation, { readonly kind: 'node_ended' | 'item_ended' }>): Pick<
  Extract<RunUpdate, { readonly kind: 'node_ended' }>,
  'at' | 'node' | 'items' | 'elapsedMs' | 'value' | 'isTruncated' | 'error'
> {
  return withoutUndefined({ at, node, items, elapsedMs, value, isTruncated: truncated ? true : undefined, error });
}
