import { useEffect, useState, type ReactNode } from 'react';

import type { Json } from '../../../core/workflow/index.ts';
import { ApiError } from '../api/client.ts';
import { Dialog } from '../design/Dialog.tsx';
import { DiffView } from '../editors/DiffView.tsx';
import { count, dollars, duration, moment } from '../design/figures.ts';
import type { LiveRun } from '../run/liveRun.ts';
import { loadRun } from '../run/runStore.ts';
import { StateMark, stateWord } from '../run/StateMark.tsx';
import { elapsedOf, firstTokenOf, tokenPace } from '../run/runFigures.ts';
import { asText, likeness, nodePairs, onlyByNature } from './comparison.ts';
import { NodeComparison } from './NodeComparison.tsx';

interface CompareDialogProps {
  /** Two runs, the older one first. */
  readonly ids: readonly string[];
  readonly onClose: () => void;
}

/** Two runs side by side: what went in and came out, what it took and cost, and where they differ. */
export function CompareDialog({ ids, onClose }: CompareDialogProps): ReactNode {
  const [runs, setRuns] = useState<readonly LiveRun[]>();
  const [failure, setFailure] = useState<string>();
  const key = ids.join(' ');
  useEffect(() => {
    Promise.all(key.split(' ').map(loadRun)).then(setRuns, (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error.refusal.message);
    });
  }, [key]);
  const [before, after] = runs ?? [];
  return (
    <Dialog isOpen onClose={onClose} size="large" title="Two runs compared">
      {failure !== undefined && <p className="text-xs text-danger">{failure}</p>}
      {before !== undefined && after !== undefined && <Comparison before={before} after={after} />}
    </Dialog>
  );
}

interface PairProps {
  readonly before: LiveRun;
  readonly after: LiveRun;
}

function Comparison({ before, after }: PairProps): ReactNode {
  return (
    <div className="flex flex-col gap-5 text-xs">
      <Figures before={before} after={after} />
      <Values title="Input" values={[before.summary?.input, after.summary?.input]} />
      <Values title="Output" values={[outcomeOf(before), outcomeOf(after)]} />
      <section>
        <h3 className="mb-1 font-semibold">Nodes</h3>
        <NodeComparison pairs={nodePairs(before, after)} />
      </section>
    </div>
  );
}

function outcomeOf({ output, problem }: LiveRun): Json | undefined {
  return output ?? (problem as Json | undefined);
}

interface ValuesProps {
  readonly title: string;
  readonly values: readonly [before: Json | undefined, after: Json | undefined];
}

function Values({ title, values }: ValuesProps): ReactNode {
  const [before, after] = [asText(values[0]), asText(values[1])];
  const isAlike = likeness(...values) === 'alike';
  return (
    <section>
      <h3 className="mb-1 font-semibold">
        {title}
        {before === after && <span className="ml-2 font-normal text-muted">the same in both</span>}
        {isAlike && <span className="ml-2 font-normal text-muted">{onlyByNature}</span>}
      </h3>
      {before === after ? (
        <pre
          tabIndex={0}
          aria-label={title}
          className="max-h-40 overflow-auto rounded-control bg-sunken p-2 font-mono text-xs whitespace-pre-wrap"
        >
          {before === '' ? 'nothing' : before}
        </pre>
      ) : (
        <div className="flex max-h-80 flex-col overflow-hidden rounded-control border border-line">
          <DiffView before={before} after={after} titles={['Earlier', 'Later']} language="text" />
        </div>
      )}
    </section>
  );
}

const figures: readonly { readonly title: string; readonly of: (run: LiveRun) => string }[] = [
  { title: 'Duration', of: (run) => duration(elapsedOf(run)) },
  { title: 'First token', of: (run) => duration(firstTokenOf(run)) },
  { title: 'Tokens per second', of: paceOf },
  { title: 'Prompt tokens', of: ({ usage }) => count(usage?.prompt_tokens) },
  { title: 'Completion tokens', of: ({ usage }) => count(usage?.completion_tokens) },
  { title: 'Cost', of: ({ usage }) => dollars(usage?.cost_usd) },
  { title: 'Project', of: ({ summary }) => summary?.projectHash?.slice(0, 12) ?? '' },
];

function paceOf(run: LiveRun): string {
  const pace = tokenPace(run);
  return pace === undefined ? '' : count(Math.round(pace));
}

function Figures({ before, after }: PairProps): ReactNode {
  return (
    <table className="w-full max-w-2xl border-collapse">
      <thead>
        <tr className="border-b border-line text-left">
          <th className="py-1 font-normal text-muted">Run of</th>
          {[before, after].map(({ id, summary, state }) => (
            <th key={id} scope="col" className="py-1 font-medium">
              <span className="inline-flex items-center gap-1.5">
                <StateMark state={state} />
                <span aria-hidden>{stateWord(state)}</span>
                <span className="text-muted tabular-nums">{moment(summary?.startedAt ?? 0)}</span>
              </span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {figures.map(({ title, of }) => {
          const [a, b] = [of(before), of(after)];
          return (
            <tr key={title} className="border-b border-line">
              <th scope="row" className="py-1 text-left font-normal text-muted">
                {title}
              </th>
              <td className="py-1 tabular-nums">{a === '' ? '–' : a}</td>
              <td className={`py-1 tabular-nums ${a === b ? '' : 'font-semibold'}`}>{b === '' ? '–' : b}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
