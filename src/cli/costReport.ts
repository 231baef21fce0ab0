import { dollarLimit, tokenAmount } from '../core/workflow/cost/amounts.ts';
import type { Spending } from '../core/workflow/cost/callCost.ts';
import type { WorstCase } from '../core/workflow/cost/worstCase.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** The worst case of a workflow file, as lines for a terminal. */
export function costLines(path: string, worst: WorstCase, colours: Terminal['out']): readonly string[] {
  const { nodes, budget } = worst;
  if (nodes.length === 0) return [`${path}: no model is called, so a request costs nothing.`];
  const header = ['node', 'model', 'calls', 'prompt', 'answer', 'USD'].map((title) => colours.dim(title));
  const rows = nodes.map((cost) => [
    cost.node,
    cost.model,
    cost.calls === null ? 'unlimited' : String(cost.calls),
    ...spendingCells(cost),
  ]);
  const lines = [
    `${path}: one request costs at most`,
    ...table([header, ...rows, ['together', '', '', ...spendingCells(worst)]]),
  ];
  for (const { node, notes } of nodes) for (const note of notes) lines.push(colours.yellow(`${node}: ${note}`));
  lines.push(
    colours.dim('Prompts are counted at their longest, a token for every byte; English takes about a quarter of that.'),
  );
  if (budget !== null) {
    const limits = [
      ...(budget.maxCostUsd === null ? [] : [dollarLimit(budget.maxCostUsd)]),
      ...(budget.maxTokens === null ? [] : [`${tokenAmount(budget.maxTokens)} tokens`]),
    ];
    if (limits.length > 0)
      lines.push(`The budget stops a run before its next model call once ${limits.join(' or ')} are spent.`);
  }
  return lines;
}

function spendingCells({ promptTokens, answerTokens, usd }: Spending): readonly string[] {
  return [tokenAmount(promptTokens), tokenAmount(answerTokens), dollarLimit(usd)];
}
