import type { CheckedWorkflow } from '../checked.ts';

/** How often a loop goes round at most, and what keeps that from being known. */
export interface RoundLimit {
  /** Null: nothing limits it. */
  readonly most: number | null;
  readonly note?: string;
}

export function roundsOf(checked: CheckedWorkflow, id: string): RoundLimit {
  const node = checked.graph.nodes.get(id);
  if (node?.type === 'repeat') {
    const { maxRounds } = node.config;
    return maxRounds === undefined
      ? { most: null, note: `Nothing limits the rounds of \`${id}\`; \`maxRounds\` does.` }
      : { most: maxRounds };
  }
  if (node?.type !== 'loop') return { most: 1 };
  const { maxItems } = checked.scopeOf(node).output(id, 'output')?.schema ?? {};
  return maxItems === undefined
    ? { most: null, note: `Nothing limits the items of \`${id}\`; \`maxItems\` does.` }
    : { most: maxItems };
}
