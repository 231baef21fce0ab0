import { memo, type ReactNode } from 'react';

import type { RunSummary } from '../../protocol/index.ts';
import { count, dollars, duration, moment, preview } from '../design/figures.ts';
import { StateMark } from '../run/StateMark.tsx';
import { answererWords } from '../run/answerers.ts';
import { RunGrid, type Choice } from './RunGrid.tsx';

const columns =
  'grid grid-cols-[20px_16px_108px_minmax(0,1fr)_76px_72px_60px_76px_80px] items-center gap-2 px-2 @max-3xl:grid-cols-[20px_16px_108px_minmax(0,1fr)_76px_60px]';
const wide = '@max-3xl:hidden';

interface RunTableProps {
  readonly runs: readonly RunSummary[];
  readonly isAllFiles: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly onOpen: (run: RunSummary) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}

/** Runs of this Studio; several can be selected. */
export function RunTable({ runs, isAllFiles, selected, onSelect, onOpen, onEnd }: RunTableProps): ReactNode {
  const choose = ({ id }: RunSummary, how: Choice): void => {
    const next = how === 'only' ? new Set([id]) : new Set([...selected, id]);
    if (how === 'other' && selected.has(id)) next.delete(id);
    onSelect(next);
  };
  return (
    <RunGrid
      label="Runs"
      runs={runs}
      chosen={selected}
      isMultiple
      columns={columns}
      heads={<Heads isAllFiles={isAllFiles} />}
      cellsOf={(run) => (
        <>
          <span role="gridcell">
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select the run of ${moment(run.startedAt)}`}
              className="block accent-accent"
              checked={selected.has(run.id)}
              onClick={(event) => event.stopPropagation()}
              onChange={() => choose(run, 'other')}
            />
          </span>
          <Cells run={run} isAllFiles={isAllFiles} />
        </>
      )}
      onChoose={choose}
      onOpen={onOpen}
      onEnd={onEnd}
    />
  );
}

function Heads({ isAllFiles }: { readonly isAllFiles: boolean }): ReactNode {
  return (
    <>
      <span role="columnheader" className="sr-only">
        Selected
      </span>
      <span />
      <span role="columnheader" className="sr-only">
        State
      </span>
      <span />
      <span role="columnheader">Time</span>
      <span role="columnheader">{isAllFiles ? 'Workflow and input' : 'Input'}</span>
      <span role="columnheader" className="text-right">
        Duration
      </span>
      <span role="columnheader" className={`text-right ${wide}`}>
        First token
      </span>
      <span role="columnheader" className="text-right">
        Tokens
      </span>
      <span role="columnheader" className={`text-right ${wide}`}>
        Cost
      </span>
      <span role="columnheader" className={wide}>
        Answered by
      </span>
    </>
  );
}

const figure = 'text-right text-muted tabular-nums';

const Cells = memo(function Cells({
  run,
  isAllFiles,
}: {
  readonly run: RunSummary;
  readonly isAllFiles: boolean;
}): ReactNode {
  const { state, startedAt, workflow, input, problem, elapsedMs, firstTokenMs, usage, answeredBy, answerers } = run;
  return (
    <>
      <span role="gridcell" className="grid place-items-center">
        <StateMark state={state} />
      </span>
      <span role="gridcell" className="truncate text-muted tabular-nums">
        {moment(startedAt)}
      </span>
      <span role="gridcell" className="truncate">
        {isAllFiles && <span className="mr-2 font-medium">{workflow}</span>}
        {problem !== undefined && <code className="mr-2 text-2xs text-danger">{problem.code}</code>}
        <span className={problem === undefined ? '' : 'text-muted'}>{inputPreview(input)}</span>
      </span>
      <span role="gridcell" className={figure}>
        {duration(elapsedMs)}
      </span>
      <span role="gridcell" className={`${figure} ${wide}`}>
        {duration(firstTokenMs)}
      </span>
      <span role="gridcell" className={figure}>
        {count(usage?.total_tokens)}
      </span>
      <span role="gridcell" className={`${figure} ${wide}`}>
        {dollars(usage?.cost_usd)}
      </span>
      <span role="gridcell" className={`truncate text-muted ${wide}`}>
        {answererWords(answeredBy, answerers)}
      </span>
    </>
  );
});

/** An input of one text is that text. */
function inputPreview(input: RunSummary['input']): string {
  const values = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.values(input) : [input];
  return preview(values.length === 1 && typeof values[0] === 'string' ? values[0] : input);
}
