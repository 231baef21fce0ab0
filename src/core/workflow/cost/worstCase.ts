import type { CheckedWorkflow } from '../checked.ts';
import type { Branch } from '../graph/branches.ts';
import { waysOf } from '../graph/graph.ts';
import { nodesOf } from '../validate/context.ts';
import { costOfNode, type NodeCost, type Spending } from './callCost.ts';

/** The most that one request can cost. */
export interface WorstCase extends Spending {
  readonly nodes: readonly NodeCost[];
  /** Stops a run before its next model call once it is spent. */
  readonly budget: { readonly maxCostUsd: number | null; readonly maxTokens: number | null } | null;
}

/**
 * The most that one request of a workflow can cost: the sum over the model calls that can happen in the same run, the dearest of
 * ways that exclude each other, loops at their limit. Calls that fail and are tried again are not charged for by OpenAI.
 */
export function worstCase(checked: CheckedWorkflow): WorstCase {
  const nodes = nodesOf(checked.file, 'openaiCompletion').map((node) => costOfNode(checked, node));
  const placed = nodes.map((cost) => ({ cost, branch: checked.branches.get(cost.node) ?? [] }));
  const { budget } = checked.trigger.config;
  return {
    ...spendingOf(checked, placed, 0),
    nodes,
    budget:
      budget === undefined ? null : { maxCostUsd: budget.maxCostUsd ?? null, maxTokens: budget.maxTokens ?? null },
  };
}

interface Placed {
  readonly cost: Spending;
  readonly branch: Branch;
}

const nothing: Spending = { promptTokens: 0, answerTokens: 0, usd: 0 };

/** Of nodes whose branches are the same up to `depth`. */
function spendingOf(checked: CheckedWorkflow, placed: readonly Placed[], depth: number): Spending {
  const groups = new Map<string, Placed[]>();
  let spent = nothing;
  for (const each of placed) {
    const decision = each.branch[depth];
    if (decision === undefined) spent = combined(spent, each.cost, add);
    else groups.set(decision.node, [...(groups.get(decision.node) ?? []), each]);
  }
  for (const [node, group] of groups) spent = combined(spent, decided(checked, node, group, depth), add);
  return spent;
}

/** Of the nodes behind one decision: the dearest way, with all that runs whichever ways lead there. */
function decided(checked: CheckedWorkflow, node: string, group: readonly Placed[], depth: number): Spending {
  const joined = group.filter(({ branch }) => branch[depth]?.kind === 'join');
  const ways = (waysOf(checked.graph, node) ?? []).map((_, way) =>
    group.filter(({ branch }) => {
      const decision = branch[depth];
      return decision?.kind === 'way' && decision.way === way;
    }),
  );
  const dearest = ways
    .map((way) => spendingOf(checked, way, depth + 1))
    .reduce((most, way) => combined(most, way, Math.max), nothing);
  return combined(dearest, spendingOf(checked, joined, depth + 1), add);
}

function combined(a: Spending, b: Spending, by: (a: number, b: number) => number): Spending {
  const both = (key: keyof Spending) => (a[key] === null || b[key] === null ? null : by(a[key], b[key]));
  return { promptTokens: both('promptTokens'), answerTokens: both('answerTokens'), usd: both('usd') };
}

function add(a: number, b: number): number {
  return a + b;
}
