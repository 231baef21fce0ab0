import type { CheckedWorkflow } from '../checked.ts';
import { loopsAround, type Branch } from '../graph/branches.ts';
import { waysOf } from '../graph/graph.ts';
import { isModelNode, type ModelNode } from '../modelNodes.ts';
import type { WorkflowNode } from '../types.ts';
import { roundsOf } from './rounds.ts';
import { costOfNode, type NodeCost, type Spending } from './callCost.ts';
import { costOfEmbeddings } from './embeddingCost.ts';

/** The most that one request can cost. */
export interface WorstCase extends Spending {
  readonly nodes: readonly NodeCost[];
  /** Stops a run before its next model call once it is spent. */
  readonly budget: { readonly maxCostUsd: number | null; readonly maxTokens: number | null } | null;
}

/**
 * The most that one request of a workflow can cost: the sum over the model calls that can happen in the same run, the dearest of
 * ways that exclude each other, loops at their limit, called workflows with all of theirs. A step that is tried again makes its
 * calls again; a call that fails and repeats itself costs nothing, as only what was refused is repeated.
 */
export function worstCase(checked: CheckedWorkflow): WorstCase {
  const { budget } = checked.trigger.config;
  return {
    ...new Bounds().ofWorkflow(checked),
    budget:
      budget === undefined ? null : { maxCostUsd: budget.maxCostUsd ?? null, maxTokens: budget.maxTokens ?? null },
  };
}

type Bounded = Omit<WorstCase, 'budget'>;

/** A workflow that several nodes call is worked out once. */
class Bounds {
  readonly #known = new Map<CheckedWorkflow, Bounded>();

  ofWorkflow(checked: CheckedWorkflow): Bounded {
    const known = this.#known.get(checked);
    if (known !== undefined) return known;
    const parts = checked.file.nodes
      .map((node) => ({ node: node.id, bounded: this.#ofNode(checked, node) }))
      .filter(({ bounded }) => bounded.nodes.length > 0);
    const placed = parts.map(({ node, bounded }) => ({ cost: bounded, branch: checked.branches.get(node) ?? [] }));
    const nodes = parts.flatMap(({ node, bounded }) => inLoops(checked, node, bounded.nodes));
    const bounded = { ...spendingOf(checked, placed, 0), nodes };
    this.#known.set(checked, bounded);
    return bounded;
  }

  #ofNode(checked: CheckedWorkflow, node: WorkflowNode): Bounded {
    const retries = node.step?.retries?.max ?? 0;
    const once = this.#ofAttempt(checked, node);
    return retries === 0 ? once : repeated(node.id, once, retries + 1);
  }

  #ofAttempt(checked: CheckedWorkflow, node: WorkflowNode): Bounded {
    if (isModelNode(node)) {
      const cost = costOfNode(checked, node);
      const tools = this.#ofTools(checked, node);
      return { ...combined(cost, tools, add), nodes: [cost, ...tools.nodes] };
    }
    if (node.type === 'embeddingGenerate') {
      const cost = costOfEmbeddings(checked, node);
      return { ...cost, nodes: [cost] };
    }
    const called = checked.branches.has(node.id) ? checked.calls.get(node.id) : undefined;
    return called === undefined ? { ...nothing, nodes: [] } : within(node.id, this.ofWorkflow(called));
  }

  /** Of the workflows that a model may call: one in each round where it may not call several at once. */
  #ofTools(checked: CheckedWorkflow, { id, config }: ModelNode): Bounded {
    const rounds = config.parallelToolCalls === false ? config.maxToolRounds : null;
    const tools = (checked.graph.tools.get(id) ?? []).flatMap((tool) => {
      const called = checked.calls.get(tool);
      return called === undefined ? [] : [repeated(tool, within(tool, this.ofWorkflow(called)), rounds)];
    });
    const dearest = tools.reduce<Spending>((most, tool) => combined(most, tool, Math.max), nothing);
    return { ...dearest, nodes: tools.flatMap(({ nodes }) => nodes) };
  }
}

/** The same, its nodes named after the one that calls. */
function within(caller: string, bounded: Bounded): Bounded {
  return { ...bounded, nodes: bounded.nodes.map((cost) => ({ ...cost, node: `${caller}.${cost.node}` })) };
}

/** As often as a tool may be called; null: nothing limits that. */
function repeated(tool: string, bounded: Bounded, times: number | null): Bounded {
  const note = `Nothing limits how often one answer calls \`${tool}\`; \`"parallelToolCalls": false\` does.`;
  const nodes = bounded.nodes.map((cost) => ({
    ...cost,
    ...spendingTimes(cost, times),
    calls: product(cost.calls, times),
    notes: times === null ? [...cost.notes, note] : cost.notes,
  }));
  return { ...spendingTimes(bounded, times), nodes };
}

/** The same calls, as often as the loops around their node go round. */
function inLoops(checked: CheckedWorkflow, node: string, costs: readonly NodeCost[]): readonly NodeCost[] {
  const rounds = loopsAround(checked.branches.get(node) ?? []).map((loop) => roundsOf(checked, loop));
  return rounds.reduce<readonly NodeCost[]>(
    (each, { most, note }) =>
      each.map((cost) => ({
        ...cost,
        ...spendingTimes(cost, most),
        calls: product(cost.calls, most),
        notes: note === undefined ? cost.notes : [...cost.notes, note],
      })),
    costs,
  );
}

function spendingTimes({ promptTokens, answerTokens, usd }: Spending, times: number | null): Spending {
  return {
    promptTokens: product(promptTokens, times),
    answerTokens: product(answerTokens, times),
    usd: product(usd, times),
  };
}

function product(amount: number | null, times: number | null): number | null {
  return amount === 0 ? 0 : amount === null || times === null ? null : amount * times;
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
  const body = group.filter(({ branch }) => branch[depth]?.kind === 'body');
  if (body.length > 0) return spendingTimes(spendingOf(checked, body, depth + 1), roundsOf(checked, node).most);
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
