import type { ReactNode } from 'react';

import { waitOf, type DurableSummary } from '../../../../core/durableRuns.ts';
import { duration, moment } from '../../design/figures.ts';
import { RunGrid } from '../RunGrid.tsx';
import { StandingMark } from './StandingMark.tsx';
import { timeOf } from './times.ts';

const columns =
  'grid grid-cols-[16px_92px_minmax(96px,2fr)_minmax(64px,3fr)_76px] items-center gap-2 px-3 @max-xl:grid-cols-[16px_92px_minmax(0,1fr)_76px]';
const wide = '@max-xl:hidden';

interface DurableTableProps {
  readonly runs: readonly DurableSummary[];
  readonly now: number;
  readonly opened: string | undefined;
  readonly onOpen: (id: string) => void;
  /** The end of the list is near. */
  readonly onEnd: () => void;
}

/** Durable runs; the chosen one is open beside the list. */
export function DurableTable({ runs, now, opened, onOpen, onEnd }: DurableTableProps): ReactNode {
  return (
    <RunGrid
      label="Durable runs"
      runs={runs}
      chosen={new Set(opened === undefined ? [] : [opened])}
      columns={columns}
      heads={heads}
      cellsOf={(run) => <Cells run={run} now={now} />}
      onChoose={({ id }) => onOpen(id)}
      onEnd={onEnd}
    />
  );
}

const heads = (
  <>
    <span role="columnheader">
      <span className="sr-only">State</span>
    </span>
    <span role="columnheader">Began</span>
    <span role="columnheader">Workflow</span>
    <span role="columnheader" className={wide}>
      Id
    </span>
    <span role="columnheader" className="text-right">
      Duration
    </span>
  </>
);

function Cells({ run, now }: { readonly run: DurableSummary; readonly now: number }): ReactNode {
  const { id, workflow, status, created_at: created, ended_at: ended, retry_of: retried } = run;
  const wait = waitOf(run);
  const began = timeOf(created);
  return (
    <>
      <span role="gridcell" className="grid place-items-center">
        <StandingMark standing={wait === undefined ? status : 'waiting'} />
      </span>
      <span role="gridcell" className="truncate text-muted tabular-nums">
        {began === undefined ? '' : moment(began)}
      </span>
      <span role="gridcell" className="truncate">
        <span className="font-medium">{workflow}</span>
        {retried !== null && <span className="ml-2 text-2xs text-muted">retry</span>}
        {wait !== undefined && <span className="ml-2 text-2xs text-warning">waits for {wait}</span>}
      </span>
      <code role="gridcell" className={`truncate text-2xs text-muted ${wide}`}>
        {id}
      </code>
      <span role="gridcell" className="text-right text-muted tabular-nums">
        {began === undefined ? '' : duration((timeOf(ended) ?? now) - began)}
      </span>
    </>
  );
}
