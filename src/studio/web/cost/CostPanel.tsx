import { Coins } from 'lucide-react';
import { Fragment, useEffect, useState, type ReactNode } from 'react';

import { dollarLimit, tokenAmount } from '../../../core/workflow/cost/amounts.ts';
import type { WorstCase } from '../../../core/workflow/cost/worstCase.ts';
import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import type { RunSummary } from '../../protocol/index.ts';
import { ask } from '../api/client.ts';
import { onServerEvent } from '../api/studioStore.ts';
import { count } from '../design/figures.ts';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import { useCompiled } from '../document/useCompiled.ts';
import { Prose } from '../run/Prose.tsx';

/** What a request can cost at most, and what the runs that are kept did cost. */
export function CostPanel(): ReactNode {
  const isSound = useDocument((state) => state.current?.compiled?.files !== undefined);
  const cost = useCompiled(async (compiler) => compiler.cost());
  const file = useDocument((state) => state.current?.file);
  const runs = useRunsOf(file);
  if (!isSound)
    return (
      <EmptyState icon={Coins} title="Not known while the workflow has errors">
        Once they are solved, this shows what one request can cost at most.
      </EmptyState>
    );
  return (
    <div className="@container">
      <div className="grid gap-6 p-4 @3xl:grid-cols-[3fr_2fr]">
        {cost !== undefined && <WorstCaseTable cost={cost} />}
        <Spent runs={runs} />
      </div>
    </div>
  );
}

const cell = 'py-1.5 pr-4 text-right tabular-nums';

function WorstCaseTable({ cost }: { readonly cost: WorstCase }): ReactNode {
  const { nodes, budget } = cost;
  if (nodes.length === 0)
    return (
      <section>
        <h2 className="font-semibold">One request at most</h2>
        <p className="mt-1 text-muted">No model is called, so a request costs nothing.</p>
      </section>
    );
  return (
    <section>
      <h2 className="font-semibold">One request at most</h2>
      <div className="mt-2 overflow-x-auto">
        <table className="w-full text-xs">
          <thead className="text-muted">
            <tr>
              <th className="py-1.5 pr-4 text-left font-medium">Node</th>
              <th className="py-1.5 pr-4 text-left font-medium">Model</th>
              <th className={`${cell} font-medium`}>Calls</th>
              <th className={`${cell} font-medium`}>Prompt tokens</th>
              <th className={`${cell} font-medium`}>Answer tokens</th>
              <th className={`${cell} font-medium`}>US dollars</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((each) => (
              <Fragment key={each.node}>
                <tr className="border-t border-line align-top">
                  <td className="py-1.5 pr-4">
                    <button
                      type="button"
                      className="text-left font-medium text-accent hover:underline"
                      onClick={() => useDocument.getState().select([stepOf(each.node)])}
                    >
                      {pageText(each.node)}
                    </button>
                  </td>
                  <td className="py-1.5 pr-4 whitespace-nowrap text-muted">{pageText(each.model)}</td>
                  <td className={cell}>{tokenAmount(each.calls)}</td>
                  <td className={cell}>{tokenAmount(each.promptTokens)}</td>
                  <td className={cell}>{tokenAmount(each.answerTokens)}</td>
                  <td className={cell}>{dollarLimit(each.usd)}</td>
                </tr>
                {each.notes.length > 0 && (
                  <tr>
                    <td colSpan={6} className="pb-1.5 text-2xs text-warning">
                      {each.notes.map((note) => (
                        <p key={note}>
                          <Prose text={note} />
                        </p>
                      ))}
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
          <tfoot className="font-semibold">
            <tr className="border-t border-line">
              <th colSpan={3} scope="row" className="py-1.5 text-left">
                Together
              </th>
              <td className={cell}>{tokenAmount(cost.promptTokens)}</td>
              <td className={cell}>{tokenAmount(cost.answerTokens)}</td>
              <td className={cell}>{dollarLimit(cost.usd)}</td>
            </tr>
          </tfoot>
        </table>
      </div>
      <p className="mt-2 text-2xs text-faint">
        Prompts are counted at their longest, a token for every byte; English takes about a quarter of that.
      </p>
      {budget !== null && (budget.maxCostUsd !== null || budget.maxTokens !== null) && (
        <p className="mt-1 text-xs text-muted">
          The budget stops a run before its next model call once{' '}
          {[
            ...(budget.maxCostUsd === null ? [] : [dollarLimit(budget.maxCostUsd)]),
            ...(budget.maxTokens === null ? [] : [`${tokenAmount(budget.maxTokens)} tokens`]),
          ].join(' or ')}{' '}
          are spent.
        </p>
      )}
    </section>
  );
}

/** The node of the canvas that a cost is of: of one inside a called workflow, the node that calls it. */
function stepOf(node: string): string {
  return node.split('.')[0] ?? node;
}

function Spent({ runs }: { readonly runs: readonly RunSummary[] }): ReactNode {
  const counted = runs.filter(({ usage }) => usage !== undefined);
  const real = counted.filter(({ answeredBy }) => answeredBy === 'provider' || answeredBy === 'custom');
  const sum = (of: readonly RunSummary[]): number => of.reduce((total, { usage }) => total + (usage?.cost_usd ?? 0), 0);
  const tokens = counted.reduce((total, { usage }) => total + (usage?.total_tokens ?? 0), 0);
  const paid = sum(real);
  const rows = [
    ['Runs that are kept', count(runs.length)],
    ['Tokens', count(tokens)],
    ['Paid to providers', `$${paid.toFixed(4)}`],
    ['What simulated and replayed runs would have cost', `$${(sum(counted) - paid).toFixed(4)}`],
    ['One run on average', counted.length === 0 ? '–' : `$${(sum(counted) / counted.length).toFixed(5)}`],
  ] as const;
  return (
    <section>
      <h2 className="font-semibold">Runs of this workflow</h2>
      <dl className="mt-2 text-xs">
        {rows.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-4 border-b border-line py-1.5">
            <dt className="text-muted">{name}</dt>
            <dd className="tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function useRunsOf(file: string | undefined): readonly RunSummary[] {
  const [runs, setRuns] = useState<readonly RunSummary[]>([]);
  useEffect(() => {
    if (file === undefined) return undefined;
    let isCurrent = true;
    const load = async (): Promise<void> => {
      const answer = await ask('runs', { file, limit: 500 });
      if (isCurrent) setRuns(answer.runs);
    };
    void load();
    const end = onServerEvent((event) => {
      if (event.type === 'run_summary' && event.summary.file === file && event.summary.elapsedMs !== undefined)
        void load();
    });
    return () => {
      isCurrent = false;
      end();
    };
  }, [file]);
  return runs;
}
