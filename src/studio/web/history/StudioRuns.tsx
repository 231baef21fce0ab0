import { History } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react';

import { onServerEvent } from '../api/studioStore.ts';
import { Button } from '../design/Button.tsx';
import { EmptyState } from '../design/EmptyState.tsx';
import { useDocument } from '../document/documentStore.ts';
import type { RunState, RunSummary } from '../../protocol/index.ts';
import { HistoryActions } from './HistoryActions.tsx';
import { HistoryFilters } from './HistoryFilters.tsx';
import { fits, loadHistory, loadOlder, takeSummary, useHistory } from './historyStore.ts';
import { openRun } from './openRun.ts';
import { RunTable } from './RunTable.tsx';
import { SourceSwitch } from './SourceSwitch.tsx';

const searchRestMs = 250;

/** All runs of this Studio that are kept: to find one, look at it again, compare, replay, make a test of it, or forget it. */
export function StudioRuns(): ReactNode {
  const openFile = useDocument((state) => state.current?.file);
  const [isAllFiles, setAllFiles] = useState(false);
  const [state, setState] = useState<RunState>();
  const [answeredBy, setAnsweredBy] = useState<RunSummary['answeredBy']>();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const file = isAllFiles ? undefined : openFile;
  useAsked(file, state, answeredBy, search);
  const { runs, isLoading, failure, filter } = useHistory();
  const shown = useDeferredValue(
    useMemo(() => runs.filter((run) => fits(run, { ...filter, search: '' })), [runs, filter]),
  );
  const chosen = shown.filter(({ id }) => selected.has(id));
  const isFiltered = state !== undefined || answeredBy !== undefined || search !== '';
  const reset = (): void => {
    setState(undefined);
    setAnsweredBy(undefined);
    setSearch('');
  };
  return (
    <div className="@container flex h-full min-h-0 flex-col">
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-1.5 border-b border-line px-2 py-1 text-xs">
        <SourceSwitch />
        <HistoryFilters
          isAllFiles={isAllFiles}
          onAllFiles={setAllFiles}
          state={state}
          onState={setState}
          answeredBy={answeredBy}
          onAnsweredBy={setAnsweredBy}
          search={search}
          onSearch={setSearch}
        />
        <div className="ml-auto flex items-center gap-1.5">
          <HistoryActions chosen={chosen} file={file} onForgotten={() => setSelected(new Set())} />
        </div>
      </div>
      {shown.length > 0 ? (
        <RunTable
          runs={shown}
          isAllFiles={isAllFiles}
          selected={selected}
          onSelect={setSelected}
          onOpen={(run) => void openRun(run)}
          onEnd={() => void loadOlder()}
        />
      ) : failure !== undefined ? (
        <EmptyState icon={History} title="The history cannot be read">
          <p className="mb-3">{failure}</p>
          <Button onClick={() => void loadHistory({ ...filter })}>Try again</Button>
        </EmptyState>
      ) : isLoading ? (
        <p role="status" className="p-4 text-xs text-muted">
          Looking …
        </p>
      ) : isFiltered ? (
        <EmptyState icon={History} title="No run is like that">
          <Button onClick={reset}>Show all</Button>
        </EmptyState>
      ) : (
        <EmptyState icon={History} title={isAllFiles ? 'Nothing has run yet' : 'This workflow has not run yet'}>
          Every run is kept on this machine, with its input, its events, its values and what models answered, until it
          is forgotten here.
        </EmptyState>
      )}
    </div>
  );
}

/** Asks the server anew when what is looked for is something else, and hears of new runs. */
function useAsked(
  file: string | undefined,
  state: RunState | undefined,
  answeredBy: RunSummary['answeredBy'] | undefined,
  search: string,
): void {
  useEffect(() => {
    const timer = setTimeout(
      () => void loadHistory({ file, state, answeredBy, search: search.trim() }),
      search === '' ? 0 : searchRestMs,
    );
    return () => clearTimeout(timer);
  }, [file, state, answeredBy, search]);
  useEffect(() => onServerEvent((event) => event.type === 'run_summary' && takeSummary(event.summary)), []);
}
